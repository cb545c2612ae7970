import { z } from "zod";
import { BUCKET_BOUNDS_MS } from "../model/call-tally.ts";
import { type CallSum, quantile } from "./calls.ts";
import type { Rung } from "./rungs.ts";

/** The tester's order. */
const NAMES: readonly string[] = ["login", "create_room", "enter_room", "send_message"];

/** The log of a rung in the tester's form: a JSON line for each kind of call. What we add stands behind its fields. */
export function toPerfLog({ scenario, users }: Rung, sums: ReadonlyMap<string, CallSum>): string {
  return NAMES.flatMap((name) => sums.get(name) ?? [])
    .map((sum) => `${JSON.stringify(toLine(scenario, users, sum))}\n`)
    .join("");
}

/** The tester_metrics lines of a log, ours or the original's; what else it holds is passed over. */
export function readPerfLog(text: string): readonly PerfMetric[] {
  return text.split("\n").flatMap((row) => perfMetric.safeParse(toJson(row)).data ?? []);
}

/** One line of a log: what the tester counts for one kind of call. */
export type PerfMetric = z.infer<typeof perfMetric>;

const perfMetric = z.object({
  kind: z.literal("tester_metrics"),
  name: z.string(),
  scenario: z.coerce.number(),
  count: z.number(),
  err: z.number(),
  avg_ms: z.number(),
  min_ms: z.number(),
  max_ms: z.number(),
  // Ours alone.
  p50_ms: z.number().nullish(),
  p95_ms: z.number().nullish(),
  p99_ms: z.number().nullish(),
});

/** The original's logger may put its prefix before the object. */
function toJson(row: string): unknown {
  try {
    return JSON.parse(row.slice(Math.max(0, row.indexOf("{"))));
  } catch {
    return null;
  }
}

function toLine(scenario: number, users: number, sum: CallSum) {
  const { name, count, err, sumMs, minMs, maxMs, buckets, fromMs, toMs } = sum;
  return {
    kind: "tester_metrics",
    ...{ name, scenario, count, err },
    avg_ms: round(sumMs / Math.max(1, count)),
    min_ms: minMs,
    max_ms: maxMs,
    buckets_ms: BUCKET_BOUNDS_MS,
    buckets,
    users,
    seconds: round((toMs - fromMs) / 1_000),
    p50_ms: roundOrNull(quantile(sum, 0.5)),
    p95_ms: roundOrNull(quantile(sum, 0.95)),
    p99_ms: roundOrNull(quantile(sum, 0.99)),
  };
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
const roundOrNull = (value: number | null): number | null => (value === null ? null : round(value));
