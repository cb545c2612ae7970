import { chain } from "../../contracts/chain.ts";
import type { EventPage } from "../../contracts/event.ts";
import { failures } from "../../contracts/failures.ts";
import { limits } from "../../contracts/limits.ts";
import { isSameUserName } from "../../contracts/names.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import type { OriginSeat, Run } from "../edge/edge.ts";
import { changedBy } from "./changed-run.ts";
import { encodedRun } from "./encoded-run.ts";

/** Who subscribes to what, and after which seq; without one from now on. */
export type SubscriptionWish = {
  readonly room: string;
  readonly personName: string;
  readonly afterSeq: number | undefined;
};

/** What a subscriber gets next. */
export type Next =
  | { readonly type: "message"; readonly message: Buffer }
  /** The log behind `after`, first. */
  | { readonly type: "read"; readonly after: number }
  | { readonly type: "wait" }
  | { readonly type: "end"; readonly refusal: Refusal };

type Waiting = { readonly run: Run; readonly bytes: number };

const FINAL_CLOSE = 4_500;

/**
 * The rules of a Subscribe on the origin: the log behind a position, then the live runs. What waits for a slow caller are
 * references to runs that all share; past SUBSCRIBER_BYTES_MAX they are dropped, and read from the log instead. [NG9] [NG11]
 */
export class Subscription {
  readonly #wish: SubscriptionWish;
  #epoch = "";
  /** The last seq that was handed out or left out. */
  #position = 0;
  /** The newest seq that is known to be on the log. */
  #head = 0;
  /** What was read of the log: it comes before the live runs. */
  #page: Run | null = null;
  #waiting: Waiting[] = [];
  #bytes = 0;
  /** Runs were dropped since the log was asked: a change of what it answers may have been among them. */
  #droppedSince = false;
  #end: Refusal | null = null;

  constructor(wish: SubscriptionWish) {
    this.#wish = wish;
  }

  /** The seat stands. Answers why it is of no use to this caller, or null. */
  stand({ person, epoch, seq, after }: OriginSeat): Refusal | null {
    const { personName, afterSeq = after } = this.#wish;
    if (!isSameUserName(personName, person.name)) return fail("forbidden", "person_name is not the credential's user");
    if (afterSeq > seq) return fail("outOfRange", "the room's log has not come that far");
    this.#epoch = epoch;
    this.#position = afterSeq;
    this.#head = Math.max(this.#head, seq);
    return null;
  }

  /** A live run. */
  append(run: Run): void {
    const { bytes, changes } = encodedRun(run);
    for (const change of changes) {
      this.#waiting = this.#waiting.map((one) => ({ ...one, run: changedBy(one.run, change) }));
      if (this.#page !== null) this.#page = changedBy(this.#page, change);
    }
    this.#waiting.push({ run, bytes });
    this.#bytes += bytes;
    this.#head = Math.max(this.#head, run.after + run.events.length);
    if (this.#bytes > limits.SUBSCRIBER_BYTES_MAX) this.#drop();
  }

  /** What was asked for by "read". */
  read(page: EventPage): void {
    if (this.#droppedSince || this.#end !== null) return;
    const link = chain(this.#position, page.after, page.events);
    if (page.epoch !== this.#epoch) this.end(fail("outOfRange", "the room's log is another"));
    else if (link.type === "hole") this.end(fail("outOfRange", `the room keeps nothing before seq ${page.first}`));
    else if (link.type === "old") this.end(fail("unavailable"));
    else this.#startPage({ room: this.#wish.room, after: this.#position, events: link.events });
  }

  /** Nothing comes any more. What waits is still handed out, but not to a session that ended. [P7] [NG12] */
  end(refusal: Refusal): void {
    this.#end ??= toEnd(refusal);
    if (refusal.failure === "session") this.#drop();
  }

  next(): Next {
    for (let run = this.#first(); run !== undefined; run = this.#first()) {
      const at = this.#position - run.after;
      if (at < 0) break;
      this.#position += 1;
      const message = encodedRun(run).messages[at];
      if (message) return { type: "message", message };
    }
    if (this.#end !== null) return { type: "end", refusal: this.#end };
    if (this.#position >= this.#head) return { type: "wait" };
    this.#droppedSince = false;
    return { type: "read", after: this.#position };
  }

  /** The first run that is not handed out yet. */
  #first(): Run | undefined {
    if (this.#page !== null && this.#isThrough(this.#page)) this.#page = null;
    if (this.#page !== null) return this.#page;
    for (let [first] = this.#waiting; first !== undefined && this.#isThrough(first.run); [first] = this.#waiting) {
      this.#waiting.shift();
      this.#bytes -= first.bytes;
    }
    return this.#waiting[0]?.run;
  }

  #isThrough({ after, events }: Run): boolean {
    return this.#position >= after + events.length;
  }

  /** A change may have come while the log was read: the page says what the messages say now. */
  #startPage(page: Run): void {
    this.#page = this.#waiting.flatMap(({ run }) => encodedRun(run).changes).reduce(changedBy, page);
  }

  #drop(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#droppedSince = true;
    if (this.#end?.failure === "session") this.#page = null;
  }
}

/** A final failure is its own status; from every other end the caller comes back. [NG12] */
function toEnd(refusal: Refusal): Refusal {
  if (failures[refusal.failure].close >= FINAL_CLOSE || refusal.failure === "unavailable") return refusal;
  return fail("unavailable", "the subscription ended: subscribe again with after_seq", refusal.retryAfterMs);
}
