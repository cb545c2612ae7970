/** The value below which a share `q` of the samples lies; the nearest sample, never one in between. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

/** The middle of the samples; of an even number, the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new Error("nothing was measured");
  return (low + high) / 2;
}

const OUTSIDE_MAX = 0.07;

/** How one form compares with the other: medians over the trials, and the ratio of each pair of trials. */
export type Comparison = {
  readonly monolith: number;
  readonly services: number;
  /** The median of the pairs' ratios, services to monolith, and the spread in which it lies. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
};

/** Compares values that were measured in pairs, one right after the other, so that the machine's mood is in both. */
export function compare(monolith: readonly number[], services: readonly number[]): Comparison {
  const ratios = services.map((value, i) => value / (monolith[i] ?? Number.NaN));
  return { monolith: median(monolith), services: median(services), ratio: median(ratios), ...spread(ratios) };
}

/**
 * Where the true median lies, in at least 93 of 100 cases, whatever the distribution: between the least and the greatest
 * of five samples, and nearer together with more of them. [BE1]
 */
export function spread(samples: readonly number[]): { readonly low: number; readonly high: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  const n = sorted.length;
  let outside = 0;
  let cut = 0;
  // The chance that at most `cut` of n samples fall on one side of the median: a binomial of one half.
  for (let chance = 0.5 ** n; outside + 2 * chance <= OUTSIDE_MAX; cut++) {
    outside += 2 * chance;
    chance *= (n - cut) / (cut + 1);
  }
  const [low, high] = [sorted[Math.max(0, cut - 1)], sorted[Math.min(n - 1, n - cut)]];
  if (low === undefined || high === undefined) throw new Error("nothing was measured");
  return { low, high };
}

/** What a measure is to reach: at most so much more than the monolith, or no difference; null: shown only. */
export type Target = { readonly ratioMax: number } | "equal" | null;

/** The verdict, which the whole spread has to agree with. */
export function judge(target: Target, { low, high }: Comparison): string {
  if (target === null) return "";
  if (target === "equal") return low <= 1 && high >= 1 ? "no difference: 1 is inside the spread" : "differs";
  if (high <= target.ratioMax) return `reached: at most ${target.ratioMax}`;
  return low > target.ratioMax
    ? `missed: more than ${target.ratioMax}`
    : `none: ${target.ratioMax} is inside the spread`;
}
