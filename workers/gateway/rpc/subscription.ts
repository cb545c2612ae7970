import { chain } from "../../../contracts/chain.ts";
import { isStanding, type RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { isSameUserName } from "../../../contracts/names.ts";
import type { ClientFrame, ServerFrame } from "../../../contracts/native.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import { Taken } from "./taken.ts";

/** What the rules ask of whoever holds the socket. */
export type SubscriptionEffect =
  | { readonly type: "send"; readonly frame: ClientFrame }
  | { readonly type: "ping" }
  /** From here on nothing that the room accepts is missed. Said once. */
  | { readonly type: "standing" }
  | { readonly type: "end"; readonly refusal: Refusal };

/** Who subscribes, and after which seq; without one from now on. */
export type SubscriptionWish = { readonly personName: string; readonly afterSeq: number | undefined };

type Welcome = Extract<ServerFrame, { readonly type: "welcome" }>;
type Waiting = { readonly event: RoomEvent; readonly bytes: number };

/**
 * The rules of a Subscribe: a native client that places itself on the log, keeps to the chain, and acknowledges what
 * its reader took and nothing else, so that no more than the room's window ever waits here. [RP8] [RP9] [RP10]
 */
export class Subscription {
  readonly #wish: SubscriptionWish;
  /** While it is "placing", a hello with a position is on its way, and events before its answer are not ours. */
  #state: "greeting" | "placing" | "following" = "greeting";
  #stood = false;
  #epoch = "";
  /** The last seq that arrived in the chain. */
  #position = 0;
  #waiting: Waiting[] = [];
  /** The event that the reader has and has not come back from. */
  #handed: Waiting | null = null;
  readonly #taken = new Taken();
  #lagging = false;
  /** Whether the room was heard since the last ping. */
  #heard = true;
  /** When the reader last came for more. */
  #readAtMs: number;

  constructor(wish: SubscriptionWish, nowMs: number) {
    this.#wish = wish;
    this.#readAtMs = nowMs;
  }

  /** The socket is open. */
  open(): readonly SubscriptionEffect[] {
    return [send({ type: "hello" })];
  }

  /** A frame of the room, and the bytes that it came in: runs of events come alone. */
  receive(frame: ServerFrame, bytes: number): readonly SubscriptionEffect[] {
    switch (frame.type) {
      case "welcome":
        return this.#greet(frame);
      case "resumed":
        return this.#follow();
      case "truncated":
        return this.#cut(frame.to);
      case "reset":
        return [end(fail("outOfRange", "the room's log is another, or has not come that far"))];
      case "events":
        return this.#state === "following" ? this.#append(frame.after, frame.events, bytes) : [];
      case "lagging":
        this.#taken.windowBytes = frame.window ?? this.#taken.windowBytes;
        return this.#lag();
      case "refused":
        return [end(this.#stood ? fail("unavailable") : fail(frame.failure, frame.message, frame.retryAfterMs))];
      case "reconnect":
        return [end(fail("unavailable", "the room moves: subscribe again with after_seq", frame.afterMs))];
      default:
        return [];
    }
  }

  /** A sign of life from the room, an answer to a ping too. */
  heard(): void {
    this.#heard = true;
  }

  /**
   * Every PING_MS. A room that said nothing since the last ping is gone, whatever the connection says. A caller that is
   * gone is noticed on the bare runtime only when a message is written to it, so a quiet stream has an end. [RP11]
   */
  beat(nowMs: number): readonly SubscriptionEffect[] {
    if (!this.#heard) return [end(fail("unavailable"))];
    if (nowMs - this.#readAtMs >= limits.RPC_QUIET_MS_MAX) {
      return [end(fail("unavailable", "nothing was said for long: subscribe again with after_seq"))];
    }
    this.#heard = false;
    return [{ type: "ping" }];
  }

  /** The reader comes for more: it has taken what it was handed. Null when nothing waits. */
  next(nowMs: number): RoomEvent | null {
    if (this.#handed !== null) this.#readAtMs = nowMs;
    this.#take(this.#handed);
    this.#handed = null;
    for (;;) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return null;
      // The contracts know no changes of messages: those are left out, and keep their seq. [RP9]
      if (isStanding(waiting.event)) {
        this.#handed = waiting;
        return waiting.event;
      }
      this.#take(waiting);
    }
  }

  /** Whether something that was taken is not acknowledged yet: it should be within a second. */
  get owesAck(): boolean {
    return this.#taken.owed;
  }

  /** Whether that should be now: half of the window was taken, or the room waits for it. */
  get ackDue(): boolean {
    return this.#taken.halfOwed || (this.owesAck && this.#lagging && this.#waiting.length === 0);
  }

  /** Acknowledges everything that was taken. */
  ack(): ClientFrame {
    return { type: "ack", seq: this.#taken.ack() };
  }

  /** Forgets what waits: a session that ended reads nothing more. [P7] */
  forget(): void {
    this.#waiting = [];
  }

  #greet({ epoch, seq, you, window }: Welcome): readonly SubscriptionEffect[] {
    if (!isSameUserName(this.#wish.personName, you.name)) {
      return [end(fail("forbidden", "person_name is not the credential's user"))];
    }
    this.#epoch = epoch;
    this.#taken.windowBytes = window;
    if (this.#wish.afterSeq !== undefined) return this.#place(this.#wish.afterSeq);
    this.#startAt(seq);
    return this.#follow();
  }

  /** The room counts everything up to `seq` as acknowledged, so what waits above it is dropped and comes again. */
  #place(seq: number): readonly SubscriptionEffect[] {
    this.#state = "placing";
    this.#startAt(seq);
    return [send({ type: "hello", resume: { epoch: this.#epoch, seq } })];
  }

  #startAt(seq: number): void {
    this.#position = seq;
    this.#taken.startAt(seq);
    this.#waiting = [];
    this.#lagging = false;
  }

  #follow(): readonly SubscriptionEffect[] {
    this.#state = "following";
    if (this.#stood) return [];
    this.#stood = true;
    return [{ type: "standing" }];
  }

  #append(after: number, events: readonly RoomEvent[], bytes: number): readonly SubscriptionEffect[] {
    const link = chain(this.#position, after, events);
    if (link.type === "old") return [];
    if (link.type === "hole") return this.#place(this.#handed?.event.seq ?? this.#taken.seq);
    const share = bytes / events.length;
    this.#waiting.push(...link.events.map((event) => ({ event, bytes: share })));
    for (const event of link.events) {
      if (event.target !== undefined) this.#change(event.target, event);
      if (event.kind === "purge") this.#purge(event);
    }
    this.#position = link.seq;
    return [];
  }

  /** A slow reader may come long after: what waits for it, one seq behind the other, says what the message says now. [ED2] */
  #change(target: number, { kind, body }: RoomEvent): void {
    const at = target - (this.#waiting[0]?.event.seq ?? 0);
    const waiting = this.#waiting[at];
    if (waiting === undefined) return;
    if (kind === "edit" && body !== undefined) this.#waiting[at] = { ...waiting, event: { ...waiting.event, body } };
    if (kind === "delete") this.#waiting[at] = { ...waiting, event: { ...waiting.event, body: "", deleted: true } };
  }

  /** Everything that the subject said before is a tombstone. [RI13] */
  #purge({ seq, subject }: RoomEvent): void {
    this.#waiting = this.#waiting.map((waiting) => {
      const { event } = waiting;
      const isGone = event.kind === "message" && event.from.id === subject?.id && event.seq < seq;
      return isGone ? { ...waiting, event: { ...event, body: "", deleted: true } } : waiting;
    });
  }

  /** What arrived before it was cut stays what was read: only a hole ends the stream. [RP8] [RI5] */
  #cut(to: number): readonly SubscriptionEffect[] {
    if (to <= this.#position && this.#state === "following") return [];
    return [end(fail("outOfRange", `the room keeps nothing before seq ${to + 1}`))];
  }

  #lag(): readonly SubscriptionEffect[] {
    this.#lagging = true;
    return this.owesAck ? [send(this.ack())] : [];
  }

  #take(waiting: Waiting | null): void {
    if (waiting !== null) this.#taken.take(waiting.event.seq, waiting.bytes);
  }
}

function send(frame: ClientFrame): SubscriptionEffect {
  return { type: "send", frame };
}

function end(refusal: Refusal): SubscriptionEffect {
  return { type: "end", refusal };
}
