const STEPS_PER_MS = 10;
const MS_MAX = 20_000;

/** How long things took, counted in steps of 0.1 ms: millions of them, so that they cannot be kept one by one. */
export class Latencies {
  readonly #counts = new Uint32Array(MS_MAX * STEPS_PER_MS + 1);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  note(ms: number): void {
    const step = Math.min(MS_MAX * STEPS_PER_MS, Math.max(0, Math.round(ms * STEPS_PER_MS)));
    this.#counts[step] = (this.#counts[step] as number) + 1;
    this.#total++;
  }

  /** The time within which a share `q` of them was over, in ms; infinite when there were none. */
  quantile(q: number): number {
    if (this.#total === 0) return Number.POSITIVE_INFINITY;
    const rank = Math.max(1, Math.ceil(this.#total * q));
    let seen = 0;
    const step = this.#counts.findIndex((count) => {
      seen += count;
      return seen >= rank;
    });
    return step / STEPS_PER_MS;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }
}
