import { chain } from "../../contracts/chain.ts";
import type { RoomEvent } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import type { Run } from "./edge.ts";

/** What an event weighs besides its body: an estimate, for bounds. */
const EVENT_BYTES = 200;

/** Runs in the order in which they came, at most FEED_BYTES_MAX of them. */
export class Runs {
  #runs: Run[] = [];
  #bytes = 0;

  get list(): readonly Run[] {
    return this.#runs;
  }

  /** False when it does not fit: then nothing is kept at all, because what is left would have a hole. */
  push(run: Run): boolean {
    this.#bytes += weigh(run.events);
    if (this.#bytes <= limits.FEED_BYTES_MAX) this.#runs.push(run);
    else this.clear();
    return this.#runs.length > 0;
  }

  /** Takes everything. */
  take(): readonly Run[] {
    const runs = this.#runs;
    this.clear();
    return runs;
  }

  clear(): void {
    this.#runs = [];
    this.#bytes = 0;
  }
}

/** The seq of a run's last event. */
export function endOf({ after, events }: Run): number {
  return events.at(-1)?.seq ?? after;
}

/** What of a run is new behind a seq: the run itself when all of it is; null when nothing is, "hole" when some is missing. */
export function behind(seq: number, run: Run): Run | null | "hole" {
  const link = chain(seq, run.after, run.events);
  if (link.type === "hole") return "hole";
  if (link.type === "old") return null;
  return link.events.length === run.events.length ? run : { room: run.room, after: seq, events: link.events };
}

function weigh(events: readonly RoomEvent[]): number {
  return events.reduce((sum, { body }) => sum + EVENT_BYTES + (body?.length ?? 0), 0);
}
