import { Buffer } from "node:buffer";
import type { Person } from "../../contracts/event.ts";
import { mayRetry } from "../../contracts/failures.ts";
import { limits } from "../../contracts/limits.ts";
import { count, observe } from "../../contracts/metrics.ts";
import type { Standing } from "../../contracts/permissions.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Change, Outgoing, Sent } from "../../contracts/services.ts";
import { refusePersonName, refuseStamp } from "./client-claims.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { EventLog } from "./event-log.ts";
import type { Entry } from "./log-writer.ts";
import type { PostGate } from "./moderation/post-gate.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { SessionBook } from "./session-book.ts";

/** A message or a change of one, and who waits for its answer. */
export type Send = {
  readonly from: Person;
  readonly sessionId: string;
  readonly settle: (reply: Reply<Sent>) => void;
  /** The first seq after the hello of the socket that it came over. */
  readonly seatedFrom?: number;
} & ({ readonly message: Outgoing } | { readonly change: Change });
type Waiting = Send & { readonly bytes: number; readonly arrivedAtMs: number };

export type SendLimits = { readonly perUser: RateLimit; readonly perRoom: RateLimit };
type Parts = {
  readonly log: EventLog;
  readonly sessions: SessionBook;
  readonly standingOf: (userId: number) => Standing;
  readonly gate: Pick<PostGate, "refuse" | "settle">;
  readonly visibleFrom: (userId: number, seatedFrom: number | undefined) => number;
  readonly rates: SendLimits;
  readonly sync: () => Promise<void>;
  readonly hold: (work: () => Promise<void>) => Promise<void>;
  /** A batch was answered; whether the log has grown by it, durably. */
  readonly answered: (grown: boolean) => void;
};

const RETRY_QUEUE_MS = 1_000;

/** The way into the log, for messages and changes alike: checked, queued, committed in a batch, answered after it. [P1] */
export class Sends {
  readonly #parts: Parts;
  readonly #queue: CommitQueue<Waiting>;
  #bytes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#queue = new CommitQueue({ commit: (batch) => this.#commit(batch), sync: parts.sync, hold: parts.hold });
  }

  /** Whether half of the queue is taken: presence and typing wait then. [P9] */
  get pressed(): boolean {
    return this.#queue.length > limits.QUEUE_SENDS_MAX / 2;
  }

  /** Takes a send or refuses it at once; either way `settle` is called exactly once. */
  offer(send: Send): void {
    const nowMs = Date.now();
    const bytes = Buffer.byteLength(textOf(send) ?? "");
    const refusal = this.#refuse(send, bytes, nowMs);
    if (refusal !== null) {
      count("edgechat_refusals_total", { failure: refusal.failure });
      send.settle(refusal);
      return;
    }
    this.#bytes += bytes;
    this.#queue.push({ ...send, bytes, arrivedAtMs: nowMs });
  }

  /**
   * Takes sends in one turn, until one is refused for now: those behind it would overtake it. Answers those that were
   * tried. [UP13]
   */
  offerSeries(
    series: readonly Omit<Send & { readonly message: Outgoing }, "settle">[],
  ): readonly Promise<Reply<Sent>>[] {
    const answers: Promise<Reply<Sent>>[] = [];
    let mayGoOn = true;
    for (const send of series) {
      const { promise, resolve } = Promise.withResolvers<Reply<Sent>>();
      const settle = (reply: Reply<Sent>) => {
        mayGoOn = reply.ok || !mayRetry(reply.failure);
        resolve(reply);
      };
      this.offer({ ...send, settle });
      answers.push(promise);
      if (!mayGoOn) break;
    }
    return answers;
  }

  #refuse(send: Send, bytes: number, nowMs: number): Refusal | null {
    const text = textOf(send);
    const refusal = (text === null ? null : refuseText(text, bytes)) ?? refuseClaims(send);
    if (refusal !== null) return refusal;
    if (this.#queue.length >= limits.QUEUE_SENDS_MAX || this.#bytes + bytes > limits.QUEUE_BYTES_MAX) {
      return fail("busy", "too many messages wait in this room: try again later", RETRY_QUEUE_MS);
    }
    const { perUser, perRoom } = this.#parts.rates;
    const waitMs = perUser.take(send.from.id, nowMs) || perRoom.take(0, nowMs);
    return waitMs === 0 ? null : fail("rateLimited", "too many messages: wait before you send again", waitMs);
  }

  /**
   * A session that ended while its send waited is refused: logout comes first, and so do a mute and a ban. [RR3] [MO10]
   */
  #commit(batch: readonly Waiting[]): (synced: boolean) => void {
    const { log, sessions, gate } = this.#parts;
    const nowMs = Date.now();
    const replies = new Map<Waiting | undefined, Reply<Sent>>();
    const open = batch.filter((send) => {
      const refusal = sessions.isDead(send.sessionId) ? fail("session") : gate.refuse(send, nowMs);
      if (refusal !== null) replies.set(send, refusal);
      return refusal === null;
    });
    const entries = open.map((send) => this.#toEntry(send));
    for (const [i, reply] of log.append(entries, nowMs).entries()) {
      const send = open[i];
      replies.set(send, reply);
      if (send !== undefined) gate.settle(send, reply.ok && !reply.value.duplicate);
    }
    observe("edgechat_batch_messages", batch.length);
    return (synced) => this.#settle(batch, replies, synced);
  }

  /**
   * What somebody is here counts as it is when the message or the change is written, not when it was asked for [ED5]. A
   * plain message needs none of it.
   */
  #toEntry(send: Waiting): Entry {
    const isMessage = "message" in send;
    const isAnswer = isMessage && send.message.replyTo !== undefined;
    if (isMessage && !isAnswer && !send.message.body.includes("@")) return send;
    const { id } = send.from;
    const visibleFrom = this.#parts.visibleFrom(id, send.seatedFrom);
    return { ...send, visibleFrom, standing: this.#parts.standingOf(id) };
  }

  #settle(batch: readonly Waiting[], replies: ReadonlyMap<Waiting | undefined, Reply<Sent>>, synced: boolean): void {
    const nowMs = Date.now();
    let grown = false;
    let messages = 0;
    for (const send of batch) {
      this.#bytes -= send.bytes;
      const reply = synced
        ? (replies.get(send) ?? fail("internal"))
        : fail("unavailable", "the storage did not answer");
      if (reply.ok && !reply.value.duplicate) {
        grown = true;
        if ("message" in send) messages++;
      }
      if (!reply.ok) count("edgechat_refusals_total", { failure: reply.failure });
      observe("edgechat_commit_seconds", (nowMs - send.arrivedAtMs) / 1000);
      send.settle(reply);
    }
    count("edgechat_messages_total", {}, messages);
    this.#parts.answered(grown);
  }
}

/** What a send or an edit makes a message say; null for a change without a text. */
function textOf(send: Send): string | null {
  if ("message" in send) return send.message.body;
  return send.change.type === "edit" ? send.change.body : null;
}

function refuseText(text: string, bytes: number): Refusal | null {
  if (bytes === 0) return fail("badRequest", "the message is empty");
  if (bytes > limits.BODY_BYTES_MAX) return fail("tooLarge", `a message has at most ${limits.BODY_BYTES_MAX} bytes`);
  return text.isWellFormed() ? null : fail("badRequest", "the message is not well-formed Unicode");
}

function refuseClaims(send: Send): Refusal | null {
  if (!("message" in send)) return null;
  const { from } = send;
  const { personName, stamp } = send.message;
  const refusal = personName === undefined ? null : refusePersonName(personName, from.name);
  return refusal ?? (stamp === undefined ? null : refuseStamp(stamp));
}
