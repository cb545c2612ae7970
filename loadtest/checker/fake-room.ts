import type { Observation } from "../model/observation.ts";
import { Publisher } from "./publisher.ts";
import { Watcher } from "./watcher.ts";

/** What becomes of one delivery. `hold` lets the next one pass first. */
export type Fate = "drop" | "double" | "hold";
type Seat = { readonly watcher: Watcher; held: string[] };

const RUN = "run1";
const CHANNEL = "r1";
const TICK_MS = 10;

/** A room on memory with the real publishers and watchers, and a clock that goes on with every call. */
export class FakeRoom {
  readonly #isGochat: boolean;
  readonly #publishers = new Map<string, Publisher>();
  readonly #seats = new Map<string, Seat>();
  readonly #observations: Observation[] = [{ type: "began", atMs: 1_000 }];
  #nowMs = 1_000;
  #seq = 0;

  constructor(isGochat = false) {
    this.#isGochat = isGochat;
  }

  /** A subscriber takes its seat: what is sent from now on is owed to it. */
  join(subscriber: string): void {
    const fromMs = this.#tick();
    const watch = { run: RUN, subscriber, channels: [CHANNEL], fromMs, isSteady: () => true };
    this.#seats.set(subscriber, { watcher: new Watcher(watch), held: [] });
  }

  /** A subscriber leaves, `afterMs` after the last thing that happened. */
  leave(subscriber: string, afterMs = 10_000): void {
    const seat = this.#seats.get(subscriber);
    if (seat === undefined) return;
    this.#seats.delete(subscriber);
    for (const frame of seat.held) seat.watcher.see(frame, this.#nowMs);
    this.#observations.push(...seat.watcher.report(1, 1, this.#tick(afterMs)));
  }

  /** A publisher sends a message, which is acknowledged and comes to everybody who is there, as `fates` says of each. */
  send(publisher: string, fates: Readonly<Record<string, Fate>> = {}): void {
    const { number, text } = this.#publisherOf(publisher).next(this.#tick());
    const seq = ++this.#seq;
    for (const [subscriber, seat] of this.#seats) this.#deliver(seat, this.#frameOf(text, seq), fates[subscriber]);
    this.#publisherOf(publisher).acked(number, this.#tick(), this.#isGochat ? 0 : seq);
  }

  /** A message whose fate nobody knows: it has no acknowledgement, and came to some. */
  sendUnknown(publisher: string, subscribers: readonly string[]): void {
    const { text } = this.#publisherOf(publisher).next(this.#tick());
    const seq = ++this.#seq;
    for (const subscriber of subscribers) {
      const seat = this.#seats.get(subscriber);
      if (seat !== undefined) this.#deliver(seat, this.#frameOf(text, seq), undefined);
    }
  }

  /** Everybody leaves and reports. */
  end(): readonly Observation[] {
    for (const subscriber of [...this.#seats.keys()]) this.leave(subscriber);
    const reports = [...this.#publishers.values()].map((publisher) => publisher.report());
    return [...this.#observations, ...reports.filter((report) => report !== null)];
  }

  get present(): readonly string[] {
    return [...this.#seats.keys()];
  }

  #deliver(seat: Seat, frame: string, fate: Fate | undefined): void {
    if (fate === "drop") return;
    if (fate === "hold") {
      seat.held.push(frame);
      return;
    }
    for (const text of [frame, ...(fate === "double" ? [frame] : []), ...seat.held]) {
      seat.watcher.see(text, this.#nowMs);
    }
    seat.held = [];
  }

  #frameOf(body: string, seq: number): string {
    if (this.#isGochat) return JSON.stringify({ code: 0, msg: body, op: 3, roomId: 1 });
    const event = { seq, kind: "message", from: { id: 1, name: "a" }, at: this.#nowMs, messageNo: seq, body };
    return JSON.stringify([{ type: "events", after: seq - 1, events: [event] }]);
  }

  #publisherOf(publisher: string): Publisher {
    const found =
      this.#publishers.get(publisher) ?? new Publisher({ run: RUN, step: 1, channel: CHANNEL, publisher, bytes: 64 });
    this.#publishers.set(publisher, found);
    return found;
  }

  #tick(byMs = TICK_MS): number {
    this.#nowMs += byMs;
    return this.#nowMs;
  }
}
