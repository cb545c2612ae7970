import { Buffer } from "node:buffer";
import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { count, observe } from "../../contracts/metrics.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import { refusePersonName, refuseStamp } from "./client-claims.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { EventLog } from "./event-log.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { SessionBook } from "./session-book.ts";

/** A send and who waits for its answer. */
export type Send = {
  readonly from: Person;
  readonly sessionId: string;
  readonly message: Outgoing;
  readonly settle: (reply: Reply<Sent>) => void;
};
type Waiting = Send & { readonly bytes: number; readonly arrivedAtMs: number };

export type SendLimits = { readonly perUser: RateLimit; readonly perRoom: RateLimit };
type Parts = {
  readonly log: EventLog;
  readonly sessions: SessionBook;
  readonly rates: SendLimits;
  readonly sync: () => Promise<void>;
  /** A batch was answered; whether the log has grown by it, durably. */
  readonly answered: (grown: boolean) => void;
};

const RETRY_QUEUE_MS = 1_000;

/** The way of a message into the log: checked, queued, committed in a batch, and answered after the commit. [P1] */
export class Sends {
  readonly #parts: Parts;
  readonly #queue: CommitQueue<Waiting>;
  #bytes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#queue = new CommitQueue((batch) => this.#commit(batch), parts.sync);
  }

  /** Whether half of the queue is taken: presence and typing wait then. [P9] */
  get pressed(): boolean {
    return this.#queue.length > limits.QUEUE_SENDS_MAX / 2;
  }

  /** Takes a send or refuses it at once; either way `settle` is called exactly once. */
  offer(send: Send): void {
    const nowMs = Date.now();
    const bytes = Buffer.byteLength(send.message.body);
    const refusal = this.#refuse(send, bytes, nowMs);
    if (refusal !== null) {
      count("edgechat_refusals_total", { failure: refusal.failure });
      send.settle(refusal);
      return;
    }
    this.#bytes += bytes;
    this.#queue.push({ ...send, bytes, arrivedAtMs: nowMs });
  }

  #refuse({ from, message }: Send, bytes: number, nowMs: number): Refusal | null {
    if (bytes === 0) return fail("badRequest", "the message is empty");
    if (bytes > limits.BODY_BYTES_MAX) return fail("tooLarge", `a message has at most ${limits.BODY_BYTES_MAX} bytes`);
    if (!message.body.isWellFormed()) return fail("badRequest", "the message is not well-formed Unicode");
    const refusal = refuseClaims(from, message);
    if (refusal !== null) return refusal;
    if (this.#queue.length >= limits.QUEUE_SENDS_MAX || this.#bytes + bytes > limits.QUEUE_BYTES_MAX) {
      return fail("busy", "too many messages wait in this room: try again later", RETRY_QUEUE_MS);
    }
    const { perUser, perRoom } = this.#parts.rates;
    const waitMs = perUser.take(from.id, nowMs) || perRoom.take(0, nowMs);
    return waitMs === 0 ? null : fail("rateLimited", "too many messages: wait before you send again", waitMs);
  }

  /** A session that ended while its send waited is refused: logout comes first. [RR3] */
  #commit(batch: readonly Waiting[]): (synced: boolean) => void {
    const { log, sessions } = this.#parts;
    const live = batch.filter(({ sessionId }) => !sessions.isDead(sessionId));
    const replies = new Map(log.append(live, Date.now()).map((reply, i) => [live[i], reply]));
    observe("edgechat_batch_messages", batch.length);
    return (synced) => this.#settle(batch, replies, synced);
  }

  #settle(batch: readonly Waiting[], replies: ReadonlyMap<Waiting | undefined, Reply<Sent>>, synced: boolean): void {
    const nowMs = Date.now();
    let grown = 0;
    for (const send of batch) {
      this.#bytes -= send.bytes;
      const reply = synced ? (replies.get(send) ?? fail("session")) : fail("unavailable", "the storage did not answer");
      if (reply.ok && !reply.value.duplicate) grown++;
      if (!reply.ok) count("edgechat_refusals_total", { failure: reply.failure });
      observe("edgechat_commit_seconds", (nowMs - send.arrivedAtMs) / 1000);
      send.settle(reply);
    }
    count("edgechat_messages_total", {}, grown);
    this.#parts.answered(grown > 0);
  }
}

function refuseClaims(from: Person, { personName, stamp }: Outgoing): Refusal | null {
  const refusal = personName === undefined ? null : refusePersonName(personName, from.name);
  return refusal ?? (stamp === undefined ? null : refuseStamp(stamp));
}
