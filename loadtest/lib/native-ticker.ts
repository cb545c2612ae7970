import { clearInterval, setInterval } from "k6/timers";
import { LagMeter } from "./lag.ts";

/** Acks and pings need no better. */
const EVERY_MS = 500;

/** One timer for all native sockets of a virtual user, and the measure of how late its timers are. */
export class Ticker {
  readonly #lag = new LagMeter();
  readonly #stopLag = this.#lag.tick();
  readonly #timer: number;

  constructor(tick: (nowMs: number) => void) {
    this.#timer = setInterval(() => tick(Date.now()), EVERY_MS);
  }

  /** Stops and writes the lateness down. */
  stop(): void {
    clearInterval(this.#timer);
    this.#stopLag();
    this.#lag.report();
  }
}
