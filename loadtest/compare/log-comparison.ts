import type { Comparison } from "./comparison.ts";
import { pairReadings } from "./comparison.ts";
import type { Reading } from "./judge-reading.ts";

/** One line of a ladder's log: what the original's tester prints for one kind of call. */
export type PerfMetric = {
  readonly name: string;
  readonly scenario: number;
  readonly count: number;
  readonly err: number;
  readonly avg_ms: number;
  readonly min_ms: number;
  readonly max_ms: number;
};

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

function toReadings({ name, scenario, count, err, avg_ms, min_ms, max_ms }: PerfMetric): readonly Reading[] {
  const at = `scenario ${scenario % MONOLITH}, ${name}`;
  const time = { at, unit: "ms", better: "less" } as const;
  return [
    { at, label: "calls", unit: "", better: null, values: [count] },
    { at, label: "failed", unit: "", better: "less", wrong: true, values: [err] },
    { ...time, label: "average", values: [avg_ms] },
    { ...time, label: "least", values: [min_ms] },
    { ...time, label: "most", values: [max_ms] },
  ];
}
