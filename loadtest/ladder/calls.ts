import { type Histogram, mergeInto, quantileOf } from "../model/histogram.ts";
import type { Calls } from "../model/observation.ts";

/** All calls of one kind in a rung. */
export type CallSum = Omit<Calls, "type" | "step" | "latency"> & { readonly latency: Histogram };

/** Adds up what the virtual users counted, by the kind of call. */
export function sumCalls(parts: readonly Calls[]): ReadonlyMap<string, CallSum> {
  const sums = new Map<string, CallSum>();
  for (const part of parts) sums.set(part.name, add(sums.get(part.name), part));
  return sums;
}

/** The time below which a share `q` of the calls lies, in ms. Null when there was none. */
export function quantile({ latency }: CallSum, q: number): number | null {
  return quantileOf(latency, q);
}

function add(sum: CallSum | undefined, calls: Calls): CallSum {
  const { latency, ...part } = calls;
  const merged: Histogram = sum?.latency ?? new Map();
  mergeInto(merged, latency);
  if (sum === undefined) return { ...part, latency: merged };
  return {
    name: part.name,
    count: sum.count + part.count,
    err: sum.err + part.err,
    sumMs: sum.sumMs + part.sumMs,
    minMs: Math.min(sum.minMs, part.minMs),
    maxMs: Math.max(sum.maxMs, part.maxMs),
    fromMs: Math.min(sum.fromMs, part.fromMs),
    toMs: Math.max(sum.toMs, part.toMs),
    buckets: part.buckets.map((count, i) => count + (sum.buckets[i] ?? 0)),
    latency: merged,
  };
}
