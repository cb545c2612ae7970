import { median } from "../../bench/lib/statistics.ts";
import { NAMES_OF_RUN, type Run } from "../model/run.ts";
import { measures } from "../report/measures.ts";
import { groupSteps, overTrials, type StepGroup } from "../report/step-groups.ts";
import { capacitiesOf } from "./capacity.ts";

/** One kept run among its like. `trend` is its p95 against the median of the earlier ones. */
export type Entry = {
  readonly run: Run;
  readonly capacity: number | null;
  readonly p95: number | null;
  readonly deliveriesPerSecond: number | null;
  readonly lost: number | null;
  readonly trend: number | null;
};

/**
 * Runs that differ in nothing but the day and the commit, oldest first: one scenario on one deployment and machine, with
 * one configuration. p95 and deliveries are those of the greatest step that all of them have.
 */
export type History = {
  readonly scenario: string;
  /** Where it ran and, where the scenario has several histories, what only this one was set to. */
  readonly where: string;
  readonly vus: number | null;
  readonly entries: readonly Entry[];
};

type Figure = (typeof measures)[keyof typeof measures][number]["key"];

/** The histories of these runs, those of a scenario behind each other. */
export function toHistories(runs: readonly Run[]): readonly History[] {
  return [...Map.groupBy(runs, ({ scenario }) => scenario).values()].flatMap((own) => {
    const groups = [...Map.groupBy(own, (run) => JSON.stringify([placeOf(run), settingsOf(run)])).values()];
    return groups.map((like) => toHistory(like, own));
  });
}

function toHistory(runs: readonly Run[], all: readonly Run[]): History {
  const ordered = runs.toSorted((a, b) => a.machine.date.localeCompare(b.machine.date));
  const vus = commonVus(ordered);
  const entries: Entry[] = [];
  for (const run of ordered) entries.push(toEntry(run, vus, entries));
  const [first] = ordered;
  return { scenario: first?.scenario ?? "", where: first === undefined ? "" : whereOf(first, all), vus, entries };
}

/** Where a run was, and the settings in which other runs of its scenario differ from it. */
function whereOf(run: Run, all: readonly Run[]): string {
  const own = settingsOf(run).filter(([name, value]) =>
    all.some((other) => settingsOf(other).find(([known]) => known === name)?.[1] !== value),
  );
  return [placeOf(run), ...own.map(([name, value]) => `${name}=${value}`)].join(", ");
}

function placeOf({ deployment, url, machine }: Run): string {
  const edge = deployment === "remote" ? url : deployment;
  return `${edge} from ${machine.cores} × ${machine.cpu}`;
}

function settingsOf({ configuration }: Run): readonly (readonly [name: string, value: string])[] {
  const own = Object.entries(configuration).filter(([name, value]) => !NAMES_OF_RUN.has(name) && value !== "");
  return own.toSorted(([a], [b]) => a.localeCompare(b));
}

function toEntry(run: Run, vus: number | null, before: readonly Entry[]): Entry {
  const group = groupSteps(run).find((one) => one.vus === vus);
  const p95 = figureOf(group, "http.p95") ?? figureOf(group, "delivery.p95");
  const earlier = before.flatMap((entry) => entry.p95 ?? []);
  return {
    run,
    capacity: capacityOf(run),
    p95,
    deliveriesPerSecond: figureOf(group, "delivery.deliveriesPerSecond"),
    lost: lostOf(run),
    trend: p95 === null || earlier.length === 0 ? null : p95 / median(earlier),
  };
}

/** The greatest number of virtual users that every run has a step of. */
function commonVus(runs: readonly Run[]): number | null {
  const counts = runs.map((run) => new Set(groupSteps(run).map(({ vus }) => vus)));
  const [first = new Set<number>()] = counts;
  const common = [...first].filter((vus) => counts.every((own) => own.has(vus)));
  return common.length === 0 ? null : Math.max(...common);
}

function capacityOf(run: Run): number | null {
  const claimed = capacitiesOf(run);
  return claimed.length === 0 ? null : median(claimed);
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
