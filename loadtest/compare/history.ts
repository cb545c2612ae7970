import { median } from "../../bench/lib/statistics.ts";
import type { Run, Trial } from "../model/run.ts";
import { measures } from "../report/measures.ts";
import { groupSteps, overTrials, type StepGroup } from "../report/step-groups.ts";

/** One kept run among its like. `trend` is its p95 against the median of the earlier ones on the same machine. */
export type Entry = {
  readonly run: Run;
  readonly capacity: number | null;
  readonly p95: number | null;
  readonly deliveriesPerSecond: number | null;
  readonly lost: number | null;
  readonly trend: number | null;
};

/** The runs of one scenario, oldest first. p95 and deliveries are those of the step that all of them have. */
export type History = { readonly scenario: string; readonly vus: number | null; readonly entries: readonly Entry[] };

type Figure = (typeof measures)[keyof typeof measures][number]["key"];

/** The histories of these runs, by scenario. */
export function toHistories(runs: readonly Run[]): readonly History[] {
  return [...Map.groupBy(runs, ({ scenario }) => scenario)].map(([scenario, own]) => toHistory(scenario, own));
}

function toHistory(scenario: string, runs: readonly Run[]): History {
  const ordered = runs.toSorted((a, b) => a.machine.date.localeCompare(b.machine.date));
  const vus = commonVus(ordered);
  const entries: Entry[] = [];
  for (const run of ordered) entries.push(toEntry(run, vus, entries));
  return { scenario, vus, entries };
}

function toEntry(run: Run, vus: number | null, before: readonly Entry[]): Entry {
  const group = groupSteps(run).find((one) => one.vus === vus);
  const p95 = figureOf(group, "http.p95") ?? figureOf(group, "delivery.p95");
  const like = before.filter(({ run: other }) => isLike(other, run)).flatMap((entry) => entry.p95 ?? []);
  return {
    run,
    capacity: capacityOf(run.trials),
    p95,
    deliveriesPerSecond: figureOf(group, "delivery.deliveriesPerSecond"),
    lost: lostOf(run),
    trend: p95 === null || like.length === 0 ? null : p95 / median(like),
  };
}

/** The greatest number of virtual users that every run has a step of. */
function commonVus(runs: readonly Run[]): number | null {
  const counts = runs.map((run) => new Set(groupSteps(run).map(({ vus }) => vus)));
  const [first = new Set<number>()] = counts;
  const common = [...first].filter((vus) => counts.every((own) => own.has(vus)));
  return common.length === 0 ? null : Math.max(...common);
}

function isLike(a: Run, b: Run): boolean {
  return a.machine.cpu === b.machine.cpu && a.machine.cores === b.machine.cores && a.deployment === b.deployment;
}

function capacityOf(trials: readonly Trial[]): number | null {
  return trials.length === 0 ? null : median(trials.map(({ capacity }) => capacity?.vus ?? 0));
}

function figureOf(group: StepGroup | undefined, key: Figure): number | null {
  const measure = Object.values(measures)
    .flat()
    .find((one) => one.key === key);
  return group === undefined || measure === undefined ? null : overTrials(measure, group.rows);
}

function lostOf({ trials }: Run): number | null {
  const deliveries = trials.flatMap(({ rows }) => rows.flatMap(({ delivery }) => delivery ?? []));
  if (deliveries.length === 0) return null;
  return deliveries.reduce((sum, { lost }) => sum + lost, 0);
}
