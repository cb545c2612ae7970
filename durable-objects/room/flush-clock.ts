import { outsideTrace } from "../../contracts/trace-context.ts";

/**
 * Runs a flush at most once an interval: the first one after quiet at once, the rest coalesced. Idle it holds no timer,
 * so that the room can hibernate. [CR1]
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
    if (this.#timer === null) outsideTrace(() => this.#start());
  }

  #start(): void {
    const early = this.#intervalMs() - (Date.now() - this.#lastMs);
    if (early <= 0) this.#run();
    else this.#timer = setTimeout(() => this.#run(), early);
  }

  #run(): void {
    this.#timer = null;
    this.#lastMs = Date.now();
    this.#flush();
  }
}
