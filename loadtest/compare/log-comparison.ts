import type { PerfMetric } from "../ladder/perf-log.ts";
import type { Comparison } from "./comparison.ts";
import { pairReadings } from "./comparison.ts";
import type { Reading } from "./judge-reading.ts";

/** Scenario 108 asks of the monolith what 8 asks of the services. */
const MONOLITH = 100;

/** A ladder's log with its name. */
export type PerfLog = { readonly name: string; readonly metrics: readonly PerfMetric[] };

/** Compares two logs of the ladder. A log is one trial: only failed calls are judged. */
export function compareLogs(a: PerfLog, b: PerfLog): Comparison {
  const rows = pairReadings(a.metrics.flatMap(toReadings), b.metrics.flatMap(toReadings));
  const warnings = ["a log is one trial: the noise is unknown, only failed calls are judged"];
  return { a: a.name, b: b.name, warnings, rows };
}

function toReadings({ name, scenario, count, err, ...times }: PerfMetric): readonly Reading[] {
  const at = `scenario ${scenario % MONOLITH}, ${name}`;
  const time = { at, unit: "ms", better: "less" } as const;
  return [
    { at, label: "calls", unit: "", better: null, values: [count] },
    { at, label: "failed", unit: "", better: "less", wrong: true, values: [err] },
    ...TIMES.flatMap(([field, label]) => {
      const value = times[field] ?? null;
      return value === null ? [] : [{ ...time, label, values: [value] }];
    }),
  ];
}

const TIMES = [
  ["avg_ms", "average"],
  ["min_ms", "least"],
  ["p50_ms", "p50"],
  ["p95_ms", "p95"],
  ["p99_ms", "p99"],
  ["max_ms", "most"],
] as const;
