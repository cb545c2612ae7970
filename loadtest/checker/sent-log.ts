import { type PublishedRow, SETTLE_MS } from "../model/observation.ts";

/** What one publisher sent on one channel in one step, from all of its reports. */
export class SentLog {
  readonly #parts: (readonly PublishedRow[])[] = [];
  #rows: readonly PublishedRow[] | null = null;
  #isChronological = true;

  /** Adds a part. To be done before anything is asked. */
  add(part: readonly PublishedRow[]): void {
    this.#parts.push(part);
    this.#rows = null;
  }

  /** All of it, ascending by number. */
  get rows(): readonly PublishedRow[] {
    if (this.#rows === null) {
      const rows = this.#parts.flat().toSorted(([a], [b]) => a - b);
      this.#isChronological = rows.every(([, sentAtMs], i) => sentAtMs >= (rows[i - 1]?.[1] ?? 0));
      this.#rows = rows;
    }
    return this.#rows;
  }

  /**
   * How many messages a subscriber was owed between two moments and has not among `seen`, which are runs [first, last …].
   * Only the gaps are looked at, so that a subscriber who saw everything costs nothing, however much it was. [LC1]
   */
  lost(seen: readonly number[], fromMs: number, toMs: number): number {
    const [begin, end] = this.#between(fromMs, toMs - SETTLE_MS);
    let lost = 0;
    let at = begin;
    for (let i = 0; i <= seen.length && at < end; i += 2) {
      const [first = Infinity, last = Infinity] = seen.slice(i, i + 2);
      const gapEnd = Math.min(end, this.#indexOf(first));
      for (; at < gapEnd; at++) if (this.#isOwed(at, fromMs, toMs)) lost++;
      at = Math.max(at, this.#indexOf(last + 1));
    }
    return lost;
  }

  /** How many messages a subscriber was owed between two moments. */
  owed(fromMs: number, toMs: number): number {
    const [begin, end] = this.#between(fromMs, toMs - SETTLE_MS);
    let owed = 0;
    for (let at = begin; at < end; at++) if (this.#isOwed(at, fromMs, toMs)) owed++;
    return owed;
  }

  /** How many of these numbers were acknowledged: of the others no place in the order was promised. */
  acked(numbers: readonly number[]): number {
    return numbers.filter((number) => {
      const [found, , ackedAtMs = 0] = this.rows[this.#indexOf(number)] ?? [];
      return found === number && ackedAtMs > 0;
    }).length;
  }

  /** How many of the numbers that were seen the publisher never reported. */
  unknown(seen: readonly number[]): number {
    let unknown = 0;
    for (let i = 0; i < seen.length; i += 2) {
      const [first = 0, last = 0] = seen.slice(i, i + 2);
      unknown += last - first + 1 - (this.#indexOf(last + 1) - this.#indexOf(first));
    }
    return unknown;
  }

  /** How many messages have the number of another one: two publishers took one name. */
  get numberedTwice(): number {
    return this.rows.filter(([number], i) => number === this.rows[i - 1]?.[0]).length;
  }

  /** How many messages were acknowledged under a lower seq than one before them: [LC4]. */
  get seqsDescending(): number {
    let greatest = 0;
    let descending = 0;
    for (const [, , , seq] of this.rows) {
      if (seq > 0 && seq < greatest) descending++;
      greatest = Math.max(greatest, seq);
    }
    return descending;
  }

  #isOwed(at: number, fromMs: number, toMs: number): boolean {
    const [, sentAtMs = 0, ackedAtMs = 0] = this.rows[at] ?? [];
    return sentAtMs >= fromMs && ackedAtMs > 0 && ackedAtMs <= toMs - SETTLE_MS;
  }

  /** The rows that were sent from one moment to another; all of them when the clock was set back meanwhile. */
  #between(fromMs: number, toMs: number): readonly [begin: number, end: number] {
    const { rows } = this;
    if (!this.#isChronological) return [0, rows.length];
    return [lowerBound(rows, ([, sentAtMs]) => sentAtMs >= fromMs), lowerBound(rows, ([, at]) => at > toMs)];
  }

  #indexOf(number: number): number {
    return lowerBound(this.rows, ([at]) => at >= number);
  }
}

/** The first place at which a condition holds that holds at all later ones too. */
function lowerBound<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = list[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
