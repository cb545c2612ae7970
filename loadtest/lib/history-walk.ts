import type { RoomEvent } from "../../contracts/event.ts";
import { takeStamps } from "../model/stamp.ts";

/** What is read of a page of the log. */
export type Page = {
  readonly after: number;
  readonly events: readonly Pick<RoomEvent, "seq" | "body">[];
  readonly more: boolean;
  readonly head: number;
};
export type Direction = "forward" | "backward";

/**
 * Checks a log that is read page by page from one end to the other: every seq once and in order, and in the messages the
 * numbers of the one publisher who filled it.
 */
export class HistoryWalk {
  readonly #run: string;
  readonly #direction: Direction;
  readonly #messages: number;
  /** The seq after which the next page begins, or before which it ends; null: not known before the first page. */
  #cursor: number | null;
  #found = 0;

  constructor(run: string, direction: Direction, messages: number) {
    this.#run = run;
    this.#direction = direction;
    this.#messages = messages;
    this.#cursor = direction === "forward" ? 0 : null;
  }

  /** The query of the next page, without a limit. */
  get query(): string {
    if (this.#direction === "forward") return `after=${this.#cursor ?? 0}`;
    return this.#cursor === null ? "" : `before=${this.#cursor}`;
  }

  /** Takes the next page; answers what is wrong with it, or null. */
  take(page: Page, limit: number): string | null {
    const wrong = this.#check(page, limit);
    const { after, events } = page;
    const last = events.at(-1)?.seq ?? after;
    this.#cursor = this.#direction === "forward" ? last : after + 1;
    this.#found += events.length;
    if (wrong !== null || page.more || this.#found === this.#messages) return wrong;
    return `the log ended after ${this.#found} of ${this.#messages} messages`;
  }

  #check({ after, events, more, head }: Page, limit: number): string | null {
    if (events.length > limit) return `a page of ${events.length} for a limit of ${limit}`;
    if (more && events.length === 0) return "an empty page says that there is more";
    const hole = events.findIndex(({ seq }, i) => seq !== after + 1 + i);
    if (hole >= 0) return `seq ${events[hole]?.seq} where ${after + 1 + hole} follows`;
    const wrong = events.find(({ seq, body = "" }) => takeStamps(body, this.#run)[0]?.number !== seq);
    if (wrong !== undefined) return `the message at seq ${wrong.seq} is another one`;
    return this.#checkEnds(after, after + events.length, head);
  }

  #checkEnds(after: number, last: number, head: number): string | null {
    if (this.#direction === "forward")
      return after === this.#cursor ? null : `a page after ${after}, asked ${this.#cursor}`;
    const wanted = this.#cursor === null ? head : this.#cursor - 1;
    return last === wanted ? null : `a page up to ${last}, asked up to ${wanted}`;
  }
}
