import { median } from "../../bench/lib/statistics.ts";
import type { Run, StepRow, Verdict } from "../model/run.ts";
import { type Measure, valuesOf } from "./measures.ts";

/** One step of a run, with what each trial made of it. */
export type StepGroup = {
  readonly step: number;
  readonly vus: number;
  readonly trials: readonly TrialRow[];
  readonly rows: readonly StepRow[];
};
export type TrialRow = { readonly trial: number; readonly row: StepRow };

/** The steps of a run in their order, the trials of each together. */
export function groupSteps({ trials }: Pick<Run, "trials">): readonly StepGroup[] {
  const all = trials.flatMap(({ trial, rows }) => rows.map((row) => ({ trial, row })));
  return [...Map.groupBy(all, ({ row }) => row.step).values()]
    .map((own) => ({
      step: own[0]?.row.step ?? 0,
      vus: own[0]?.row.vus ?? 0,
      trials: own,
      rows: own.map(({ row }) => row),
    }))
    .toSorted((a, b) => a.step - b.step);
}

/** One figure for several trials: the median, and of what must never happen the sum. Null when none of them has it. */
export function overTrials(measure: Measure, rows: readonly StepRow[]): number | null {
  const values = valuesOf(measure, rows);
  if (values.length === 0) return null;
  return measure.wrong === true ? values.reduce((sum, value) => sum + value, 0) : median(values);
}

/** A step passes when it passed in every trial. */
export function verdictOf(rows: readonly StepRow[]): Verdict {
  return rows.every(({ verdict }) => verdict === "pass") ? "pass" : "fail";
}

/** What must be known before a figure of the step is believed or blamed on the server. */
export const marks = {
  failed: { sign: "✗", about: "failed", has: ({ verdict }) => verdict === "fail" },
  limited: { sign: "G", about: "the generator was the bottleneck", has: ({ generator }) => generator.limited },
  killed: { sign: "K", about: "the server was killed in it", has: ({ kill }) => kill !== null },
} as const satisfies Record<string, { sign: string; about: string; has: (row: StepRow) => boolean }>;
export type MarkName = keyof typeof marks;

const markNames = Object.keys(marks) as readonly MarkName[];

/** The marks that any of the rows bears. */
export function marksOf(rows: readonly StepRow[]): readonly MarkName[] {
  return markNames.filter((name) => rows.some((row) => marks[name].has(row)));
}
