/** Work that was refused because too much waits, and when to try again. */
export type Full = { readonly retryAfterSeconds: number };

const FIRST_GUESS_MS = 50;

/**
 * Runs jobs in the order of their arrival, `parallel` at a time. At most `waitingMax` wait; one more is refused with the
 * time that those before it will take. A job whose caller went away before its turn is never run. [SH11]
 */
export class WorkQueue {
  readonly #parallel: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #jobMs = FIRST_GUESS_MS;

  constructor(parallel: number, waitingMax: number) {
    this.#parallel = parallel;
    this.#waitingMax = waitingMax;
  }

  /** The job's result, "gone" when the caller left before its turn, or the refusal. */
  async run<T>(job: () => Promise<T>, isGone: () => boolean): Promise<{ readonly value: T } | "gone" | Full> {
    if (this.#running >= this.#parallel && this.#waiting.length >= this.#waitingMax) {
      return { retryAfterSeconds: this.#waitSeconds() };
    }
    await this.#turn();
    try {
      return isGone() ? "gone" : { value: await this.#timed(job) };
    } finally {
      this.#finish();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#parallel) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  // The place of a finished job passes to the one that waits longest, without a moment in which it is free.
  #finish(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }

  async #timed<T>(job: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    const value = await job();
    this.#jobMs += (performance.now() - startedAtMs - this.#jobMs) / 8;
    return value;
  }

  #waitSeconds(): number {
    return Math.max(1, Math.ceil((this.#waiting.length * this.#jobMs) / this.#parallel / 1000));
  }
}
