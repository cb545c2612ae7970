const WAIT_MS_MAX = 15_000;

/** What arrived and was not taken yet, and those who wait for it. */
export class Inbox<T> {
  readonly all: T[] = [];
  #waiters: (() => void)[] = [];
  #read = 0;

  put(item: T): void {
    this.all.push(item);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  /** The next item, from where the last call left off, that fits. Rejects, with what came instead, when none does. */
  async next<S extends T>(fits: (item: T) => item is S, label: string): Promise<S>;
  async next(fits: (item: T) => boolean, label: string): Promise<T>;
  async next(fits: (item: T) => boolean, label: string): Promise<T> {
    const late = AbortSignal.timeout(WAIT_MS_MAX);
    const from = this.#read;
    for (;;) {
      while (this.#read < this.all.length) {
        const item = this.all[this.#read++] as T;
        if (fits(item)) return item;
      }
      if (late.aborted) throw new Error(`no ${label}; came: ${JSON.stringify(this.all.slice(from)).slice(0, 2_000)}`);
      await this.#news(late);
    }
  }

  #news(late: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      late.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}
