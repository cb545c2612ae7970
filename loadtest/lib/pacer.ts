/**
 * An open loop: so many a second whatever the answers do, each at a random place of its own slot. What a late timer has
 * missed is due at once.
 */
export class Pacer {
  readonly #slotMs: number;
  readonly #fromMs: number;
  readonly #random: () => number;
  #slot = 0;
  #nextAtMs: number;

  constructor(perSecond: number, fromMs: number, random: () => number) {
    this.#slotMs = 1_000 / perSecond;
    this.#fromMs = fromMs;
    this.#random = random;
    this.#nextAtMs = this.#place();
  }

  get nextAtMs(): number {
    return this.#nextAtMs;
  }

  /** How many have become due since the last call. */
  takeDue(nowMs: number): number {
    let due = 0;
    while (this.#nextAtMs <= nowMs) {
      due++;
      this.#slot++;
      this.#nextAtMs = this.#place();
    }
    return due;
  }

  #place(): number {
    return this.#fromMs + (this.#slot + this.#random()) * this.#slotMs;
  }
}
