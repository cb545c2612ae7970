/** A clock that stands still until the test moves it. */
export class FakeClock {
  readonly #timers = new Map<number, { readonly atMs: number; readonly call: () => void }>();
  #now = 0;
  #last = 0;

  readonly nowMs = (): number => this.#now;
  readonly after = (ms: number, call: () => void): (() => void) => {
    const key = ++this.#last;
    this.#timers.set(key, { atMs: this.#now + ms, call });
    return () => void this.#timers.delete(key);
  };

  /** Moves the clock and fires what is due, in order of time. */
  pass(ms: number): void {
    const endMs = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { atMs }]) => atMs <= endMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].atMs);
      due[1].call();
    }
    this.#now = endMs;
  }
}
