import { Buffer } from "node:buffer";
import type { RoomEvent } from "../../../contracts/event.ts";
import { PING, PING_MS, type ServerFrame } from "../../../contracts/native.ts";
import { fail, ok, type Refusal, type Reply } from "../../../contracts/reply.ts";
import { Refused } from "../refused.ts";
import { toRefusal } from "./close-code.ts";
import { Subscription, type SubscriptionEffect, type SubscriptionWish } from "./subscription.ts";

const ACK_MS = 1_000;
/** What a socket is closed with whose reader is done. */
export const NORMAL_CLOSE = 1000;

/** A native socket to a room that is read as a run of events. It does what Subscription says and decides nothing. */
export class RoomFeed {
  readonly #socket: WebSocket;
  readonly #rules: Subscription;
  readonly #standing = Promise.withResolvers<Reply<null>>();
  readonly #pulse: ReturnType<typeof setInterval>;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #news = Promise.withResolvers<void>();
  #end: Refusal | null = null;
  #closed = false;

  constructor(socket: WebSocket, wish: SubscriptionWish) {
    this.#socket = socket;
    this.#rules = new Subscription(wish, Date.now());
    this.#pulse = setInterval(() => this.#perform(this.#rules.beat(Date.now())), PING_MS);
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    socket.addEventListener("close", ({ code }) => this.#finish(toRefusal(code)));
    socket.addEventListener("error", () => this.#finish(fail("unavailable")));
    socket.accept();
    this.#perform(this.#rules.open());
  }

  /** Ok once nothing that the room accepts is missed any more, or why it never came to that. */
  get standing(): Promise<Reply<null>> {
    return this.#standing.promise;
  }

  /** Every event in order. An event counts as taken when the next one is asked for. Ends by itself only after close. */
  async *events(): AsyncGenerator<RoomEvent> {
    while (!this.#closed) {
      const event = this.#rules.next(Date.now());
      this.#acknowledge();
      if (event !== null) {
        yield event;
      } else if (this.#end !== null) {
        throw new Refused(this.#end);
      } else {
        this.#news = Promise.withResolvers();
        await this.#news.promise;
      }
    }
  }

  /** Frees the seat at once. Closing again changes nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#finish(fail("unavailable"));
  }

  #receive(data: unknown): void {
    this.#rules.heard();
    // The only frames that are no arrays are answers to pings.
    if (typeof data !== "string" || !data.startsWith("[")) return;
    const bytes = Buffer.byteLength(data);
    for (const frame of JSON.parse(data) as readonly ServerFrame[]) {
      if (this.#end === null) this.#perform(this.#rules.receive(frame, bytes));
    }
    this.#news.resolve();
  }

  #perform(effects: readonly SubscriptionEffect[]): void {
    for (const effect of effects) {
      if (effect.type === "send") this.#write(JSON.stringify([effect.frame]));
      else if (effect.type === "ping") this.#write(PING);
      else if (effect.type === "standing") this.#standing.resolve(ok(null));
      else this.#finish(effect.refusal);
    }
  }

  #acknowledge(): void {
    if (this.#end !== null) return;
    if (this.#rules.ackDue) this.#ackNow();
    else if (this.#rules.owesAck) this.#ackTimer ??= setTimeout(() => this.#ackNow(), ACK_MS);
  }

  #ackNow(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#rules.owesAck) this.#write(JSON.stringify([this.#rules.ack()]));
  }

  #finish(refusal: Refusal): void {
    if (this.#end !== null) return;
    this.#end = refusal;
    if (refusal.failure === "session") this.#rules.forget();
    clearInterval(this.#pulse);
    clearTimeout(this.#ackTimer);
    this.#standing.resolve(refusal);
    this.#news.resolve();
    this.#quit();
  }

  #write(text: string): void {
    try {
      this.#socket.send(text);
    } catch {
      // Its close event is on the way.
    }
  }

  #quit(): void {
    try {
      this.#socket.close(NORMAL_CLOSE);
    } catch {
      // The room was faster.
    }
  }
}
