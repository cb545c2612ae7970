import { outsideTrace } from "../../contracts/trace-context.ts";

/**
 * Runs a flush at most once an interval: the first one after quiet at once, the rest coalesced. Idle it holds no timer, so
 * that the room can hibernate. [CR1]
 */
export class FlushClock {
  readonly #intervalMs: () => number;
  readonly #flush: () => void;
  #lastMs = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(intervalMs: () => number, flush: () => void) {
    this.#intervalMs = intervalMs;
    this.#flush = flush;
  }

  request(): void {
    outsideTrace(() => this.#runOrWait());
  }

  /** A timer may come seconds late under load: who asks again once it is due does its work. */
  #runOrWait(): void {
    const earlyMs = this.#intervalMs() - (Date.now() - this.#lastMs);
    if (earlyMs <= 0) this.#run();
    else this.#timer ??= setTimeout(() => this.#run(), earlyMs);
  }

  #run(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#lastMs = Date.now();
    this.#flush();
  }
}
