import { Buffer } from "node:buffer";
import { limits } from "../../contracts/limits.ts";
import { log } from "../../contracts/log.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { Sent } from "../../contracts/services.ts";
import type { SeriesEdge } from "../edge/edge.ts";
import { type Item, type Kept, Lane } from "./lane.ts";
import { metrics } from "./metrics.ts";
import type { Courier, Parcel, Taken } from "./outbox.ts";
import { backOffMs, isForLater, refuseByBounds } from "./outbox-rules.ts";
import type { Shelf, Shelved } from "./shelf.ts";

/** The courier of a replica that has an outbox. */
export class KeepingCourier implements Courier {
  readonly #edge: Pick<SeriesEdge, "isUp" | "downSinceMs" | "send" | "sendSeries">;
  readonly #shelf: Shelf;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes whose first kept message may go. */
  readonly #ready = new Set<Lane>();
  readonly #idle = new Set<() => void>();
  #sending = 0;
  #messages = 0;
  #bytes = 0;
  #isClosed = false;

  constructor(edge: Pick<SeriesEdge, "isUp" | "downSinceMs" | "send" | "sendSeries">, shelf: Shelf) {
    this.#edge = edge;
    this.#shelf = shelf;
  }

  get waiting(): number {
    return this.#messages;
  }

  take(parcel: Parcel, later: (refusal: Refusal) => void): Promise<Reply<Taken>> {
    if (this.#isClosed) return Promise.resolve(fail("unavailable"));
    return new Promise((answer) => {
      const lane = this.#laneOf(parcel.token);
      const item = { parcel, answer, later };
      if (this.#edge.isUp && lane.isClear) void this.#fly(lane, item);
      else if (lane.isFlying) lane.queue(item);
      else void this.#keep(lane, item);
    });
  }

  /** Takes over messages that are on disk already; they go behind what their sessions have waiting here. [OX8] [OX9] */
  found(messages: readonly Shelved[]): void {
    for (const shelved of messages) {
      this.#count(shelved.parcel, 1);
      this.#laneOf(shelved.parcel.token).kept.push({ shelved, later: () => undefined });
    }
    for (const { parcel } of messages) this.#release(this.#laneOf(parcel.token));
  }

  /** Sends what waits, as far as the edge takes it: called whenever the edge is back. */
  drain(): void {
    for (const lane of this.#ready) {
      if (!this.#edge.isUp || this.#sending >= limits.OUTBOX_WIDTH) return;
      this.#ready.delete(lane);
      const series = lane.firstSeries();
      if (series[0] !== undefined) void this.#send(lane, series[0].shelved.parcel.room, series);
    }
  }

  /** Takes nothing new. Resolves when nothing waits that the edge could take, or after `ms`; what is left stays on disk. [OX11] */
  async close(ms: number): Promise<void> {
    this.#isClosed = true;
    if (this.#lanes.size === 0 || !this.#edge.isUp) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#idle.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #fly(lane: Lane, item: Item): Promise<void> {
    const arrive = lane.depart(item);
    const reply = await this.#ask(item.parcel);
    arrive(reply, this.#edge.isUp);
    for (const lost of lane.land()) void this.#keep(lane, lost);
    this.#release(lane);
  }

  async #keep(lane: Lane, item: Item): Promise<void> {
    const refusal = this.#refuse();
    const kept = refusal ?? (await this.#store(lane, item.parcel));
    if (kept.ok) {
      lane.kept.push({ shelved: kept.value, later: item.later });
      item.answer(ok({ type: "kept" }));
    } else {
      metrics.outboxRefused.inc();
      item.answer(kept);
    }
    this.#release(lane);
  }

  /** Without Redis nothing is kept, and what was under way when the edge broke is refused with the rest. [OX4] */
  #refuse(): Refusal | null {
    if (!this.#shelf.isUp) return fail("unavailable");
    const shelter = { messages: this.#messages, bytes: this.#bytes, downSinceMs: this.#edge.downSinceMs };
    return refuseByBounds(shelter, Date.now());
  }

  async #store(lane: Lane, parcel: Parcel): Promise<Reply<Shelved>> {
    lane.storing += 1;
    this.#count(parcel, 1);
    const kept = await this.#shelf.keep(parcel);
    lane.storing -= 1;
    if (!kept.ok) this.#count(parcel, -1);
    return kept;
  }

  async #send(lane: Lane, room: string, series: readonly Kept[]): Promise<void> {
    lane.isBusy = true;
    this.#sending += 1;
    const messages = series.map(({ shelved }) => shelved.parcel.message);
    const reply = await this.#edge.sendSeries(lane.token, room, messages);
    this.#sending -= 1;
    this.#settle(lane, series, reply.ok ? reply.value : series.map(() => reply));
    this.drain();
  }

  /** What was not tried, and what was refused for now, stays the first of its lane. */
  #settle(lane: Lane, series: readonly Kept[], replies: readonly Reply<Sent>[]): void {
    for (const [at, kept] of series.entries()) {
      const reply = replies[at];
      if (reply === undefined) break;
      if (isForLater(reply)) {
        this.#tryAgain(lane, reply);
        return;
      }
      lane.attempts = 0;
      this.#finish(lane, kept, reply);
    }
    lane.isBusy = false;
    this.#release(lane);
  }

  #finish(lane: Lane, { shelved, later }: Kept, reply: Reply<Sent>): void {
    lane.kept.shift();
    this.#count(shelved.parcel, -1);
    this.#shelf.remove(shelved);
    if (!reply.ok) {
      log("warn", "outbox.lost", { room: shelved.parcel.room, failure: reply.failure });
      metrics.outboxRefused.inc();
      later(reply);
    }
  }

  #tryAgain(lane: Lane, refusal: Refusal): void {
    const waitMs = this.#edge.isUp ? backOffMs(refusal, lane.attempts, Math.random()) : 0;
    lane.attempts += 1;
    const timer = setTimeout(() => {
      lane.isBusy = false;
      this.#release(lane);
    }, waitMs);
    timer.unref();
  }

  /** One series of a session at a time, and none while earlier ones of it are under way. [OX2] [OX6] */
  #release(lane: Lane): void {
    if (lane.kept.length > 0 && !lane.isBusy && !lane.isFlying) {
      this.#ready.add(lane);
      this.drain();
    }
    if (lane.isEmpty) this.#forget(lane);
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane.token);
    if (this.#lanes.size > 0) return;
    for (const wake of this.#idle) wake();
    this.#idle.clear();
  }

  #ask({ token, room, message }: Parcel): Promise<Reply<Sent>> {
    return this.#edge.send(token, room, message);
  }

  #laneOf(token: string): Lane {
    const lane = this.#lanes.get(token) ?? new Lane(token);
    this.#lanes.set(token, lane);
    return lane;
  }

  #count(parcel: Parcel, change: 1 | -1): void {
    this.#messages += change;
    this.#bytes += change * Buffer.byteLength(parcel.message.body);
    metrics.outboxMessages.set(this.#messages);
  }
}
