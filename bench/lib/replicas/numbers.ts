const DIGITS = 8;
const FILL = ".".repeat(92);

/** A message of a hundred bytes that begins with its number. */
export function numbered(n: number): string {
  return String(n).padStart(DIGITS, "0") + FILL;
}

/** The number that a message begins with. */
export function numberAt(bytes: Uint8Array, at: number): number {
  let n = 0;
  for (let i = at; i < at + DIGITS; i++) n = n * 10 + (bytes[i] ?? 0) - 48;
  return n;
}

/** Readers that each have to get every number once and in order; anything else is an error of the trial. [BE2] */
export class Tally {
  delivered = 0;
  fault: string | undefined;
  readonly #next: number[] = [];
  readonly #onNews: () => void;

  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  get readers(): number {
    return this.#next.length;
  }

  /** A new reader: what it is to do with the number of each message. */
  reader(): (n: number) => void {
    const i = this.#next.push(1) - 1;
    return (n) => {
      if (n !== this.#next[i]) this.fail(`reader ${i} got ${n} instead of ${this.#next[i]}`);
      this.#next[i] = n + 1;
      this.delivered++;
    };
  }

  /** What a reader says when it has handed over all that a read brought. */
  news(): void {
    this.#onNews();
  }

  fail(fault: string): void {
    this.fault ??= fault;
    this.#onNews();
  }
}
