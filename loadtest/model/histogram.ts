/** Counts of values by bucket: a bucket is at most 1 % wide. Values are ms, 0 and up. */
export type Histogram = Map<number, number>;
/** A histogram as JSON: bucket, count, bucket, count … */
export type EncodedHistogram = readonly number[];

const GROWTH = Math.log(1.01);

/** Counts a value, `times` times. Below 1 ms there is one bucket: the generator's clock has whole milliseconds. */
export function record(histogram: Histogram, valueMs: number, times = 1): void {
  const bucket = valueMs < 1 ? 0 : 1 + Math.floor(Math.log(valueMs) / GROWTH);
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + times);
}

/** The histogram as JSON. */
export function encodeHistogram(histogram: Histogram): EncodedHistogram {
  return [...histogram].flat();
}

/** Adds what was encoded. */
export function mergeInto(histogram: Histogram, encoded: EncodedHistogram): void {
  for (let i = 0; i + 1 < encoded.length; i += 2) {
    const bucket = encoded[i] ?? 0;
    const count = encoded[i + 1] ?? 0;
    histogram.set(bucket, (histogram.get(bucket) ?? 0) + count);
  }
}

/** The value below which a share `q` of all lies, in ms: its bucket's upper bound. Null when nothing was counted. */
export function quantileOf(histogram: Histogram, q: number): number | null {
  const buckets = [...histogram].toSorted(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [bucket, count] of buckets) {
    below += count;
    if (below >= total * q) return bucket === 0 ? 1 : Math.exp(bucket * GROWTH);
  }
  return null;
}
