import { encodeHistogram, type Histogram, record } from "./histogram.ts";
import type { Calls } from "./observation.ts";

/** The bounds of the original tester's buckets, in ms. A thirteenth bucket holds what took longer. */
export const BUCKET_BOUNDS_MS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/** Counts the calls of one kind as the original's tester does: exactly, and a failed call with its time. */
export class CallTally {
  readonly #name: string;
  readonly #latency: Histogram = new Map();
  readonly #buckets = BUCKET_BOUNDS_MS.map(() => 0).concat(0);
  readonly #totals = { count: 0, err: 0, sumMs: 0, minMs: Number.MAX_SAFE_INTEGER, maxMs: 0, fromMs: 0, toMs: 0 };

  constructor(name: string) {
    this.#name = name;
  }

  /** Takes a call that has ended. */
  take(fromMs: number, toMs: number, isFailed: boolean): void {
    const tookMs = Math.max(0, toMs - fromMs);
    const totals = this.#totals;
    totals.fromMs = totals.count === 0 ? fromMs : Math.min(totals.fromMs, fromMs);
    totals.toMs = Math.max(totals.toMs, toMs);
    totals.count++;
    totals.sumMs += tookMs;
    totals.minMs = Math.min(totals.minMs, tookMs);
    totals.maxMs = Math.max(totals.maxMs, tookMs);
    if (isFailed) totals.err++;
    const bucket = bucketOf(tookMs);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    record(this.#latency, tookMs);
  }

  /** What was counted, to be written down. */
  report(step: number): Calls {
    const { count, minMs } = this.#totals;
    return {
      type: "calls",
      step,
      name: this.#name,
      ...this.#totals,
      minMs: count === 0 ? 0 : minMs,
      buckets: [...this.#buckets],
      latency: encodeHistogram(this.#latency),
    };
  }
}

/** The bucket of a time: the first whose bound it does not exceed. */
export function bucketOf(tookMs: number): number {
  const found = BUCKET_BOUNDS_MS.findIndex((bound) => tookMs <= bound);
  return found < 0 ? BUCKET_BOUNDS_MS.length : found;
}
