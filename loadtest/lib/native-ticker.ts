import { clearInterval, setInterval } from "k6/timers";
import { encodeHistogram, type Histogram, record } from "../model/histogram.ts";
import { isSteady } from "./clock.ts";
import { observe } from "./observe.ts";

const EVERY_MS = 100;
/** Acks and pings need no better than half a second. */
const TICK_EVERY = 5;

/** One timer for all sockets of a virtual user; how late it is says what the generator itself adds. */
export class Ticker {
  readonly #step: number;
  readonly #lateness: Histogram = new Map();
  readonly #timer: number;
  #count = 0;
  #dueAtMs = Date.now() + EVERY_MS;

  constructor(step: number, tick: (nowMs: number) => void) {
    this.#step = step;
    this.#timer = setInterval(() => {
      const nowMs = Date.now();
      if (isSteady(step, nowMs)) record(this.#lateness, Math.max(0, nowMs - this.#dueAtMs));
      this.#dueAtMs = nowMs + EVERY_MS;
      if (++this.#count % TICK_EVERY === 0) tick(nowMs);
    }, EVERY_MS);
  }

  /** Stops and writes the lateness down. */
  stop(): void {
    clearInterval(this.#timer);
    observe({ type: "lag", step: this.#step, lateness: encodeHistogram(this.#lateness) });
  }
}
