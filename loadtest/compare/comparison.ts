import { NAMES_OF_RUN, type Run, type StepRow } from "../model/run.ts";
import { extraMeasures, type Measure, measures, valuesOf } from "../report/measures.ts";
import { groupSteps, type StepGroup } from "../report/step-groups.ts";
import { areComparable, capacitiesOf } from "./capacity.ts";
import { correctForChance } from "./correct-for-chance.ts";
import { type Compared, judgeReading, type Reading, TRIALS_MIN } from "./judge-reading.ts";

/** Two runs, or two logs of the ladder: `warnings` say what else than the server is different between them. */
export type Comparison = {
  readonly a: string;
  readonly b: string;
  readonly warnings: readonly string[];
  readonly rows: readonly Compared[];
};

const fixed: readonly Measure[] = Object.values(measures).flat();

/** Compares two runs, step by step: steps with as many virtual users, the first with the first where there are several. */
export function compareRuns(a: Run, b: Run): Comparison {
  const capacities = pairReadings(capacityReadings(a, b), capacityReadings(b, a));
  const rows = correctForChance([...capacities, ...pairReadings(toReadings(a), toReadings(b))]);
  return { a: a.id, b: b.id, warnings: [...differences(a, b), ...trialWarnings(a, b), ...limitedWarnings(a, b)], rows };
}

/** The readings that both have, judged. */
export function pairReadings(a: readonly Reading[], b: readonly Reading[]): readonly Compared[] {
  const keyOf = ({ at, label }: Reading) => `${at} ${label}`;
  const other = new Map(b.map((reading) => [keyOf(reading), reading]));
  return a.flatMap((reading) => {
    const found = other.get(keyOf(reading));
    return found === undefined ? [] : [judgeReading(reading, found)];
  });
}

/** Whether anything is worse. */
export function isWorse({ rows }: Comparison): boolean {
  return rows.some(({ judgement }) => judgement === "worse");
}

function toReadings(run: Run): readonly Reading[] {
  const groups = groupSteps(run);
  return groups.flatMap((group, i) => stepReadings(group, nameOf(group, groups.slice(0, i))));
}

/** What a run claims to hold, to be judged where the other one's claim can be compared with it. */
function capacityReadings(run: Run, other: Run): readonly Reading[] {
  const [values, others] = [run, other].map(capacitiesOf);
  if (values === undefined || values.length === 0 || others?.length === 0) return [];
  const better = areComparable(run, other) ? "more" : null;
  return [{ label: "capacity (VUs)", unit: "", better, at: "whole run", values }];
}

function stepReadings({ rows }: StepGroup, at: string): readonly Reading[] {
  return [...fixed, ...extraMeasures(rows)]
    .map((measure) => ({ ...measure, at, values: valuesOf(measure, rows) }))
    .filter(({ values }) => values.length > 0);
}

function nameOf({ vus }: StepGroup, before: readonly StepGroup[]): string {
  const same = before.filter((group) => group.vus === vus).length;
  return same === 0 ? `${vus} VUs` : `${vus} VUs (${same + 1})`;
}

function differences(a: Run, b: Run): readonly string[] {
  const facts = (run: Run): Readonly<Record<string, string>> => ({
    scenario: run.scenario,
    deployment: run.deployment,
    processor: `${run.machine.cores} × ${run.machine.cpu}`,
    k6: run.k6,
    SLO: JSON.stringify(run.slo),
    ...run.configuration,
  });
  const [left, right] = [facts(a), facts(b)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((name) => !NAMES_OF_RUN.has(name));
  return names
    .filter((name) => left[name] !== right[name])
    .map((name) => `${name} differs: ${left[name] ?? "unset"} and ${right[name] ?? "unset"}`);
}

function trialWarnings(a: Run, b: Run): readonly string[] {
  const [few, unlike] = [Math.min(a.trials.length, b.trials.length) < TRIALS_MIN, unpaired(a, b)];
  return [
    ...(few ? [`fewer than ${TRIALS_MIN} trials on a side: the noise is unknown, only what was lost is judged`] : []),
    ...(unlike.length === 0 ? [] : [`steps that only one of them has: ${unlike.join(", ")} VUs`]),
  ];
}

function unpaired(a: Run, b: Run): readonly number[] {
  const [left, right] = [vusOf(a), vusOf(b)];
  const only = [...left.filter((vus) => !right.includes(vus)), ...right.filter((vus) => !left.includes(vus))];
  return [...new Set(only)].toSorted((one, other) => one - other);
}

function vusOf(run: Run): readonly number[] {
  return groupSteps(run).map(({ vus }) => vus);
}

function limitedWarnings(a: Run, b: Run): readonly string[] {
  const limited = (row: StepRow) => row.generator.limited;
  const vus = [a, b].flatMap(groupSteps).filter(({ rows }) => rows.some(limited));
  const names = [...new Set(vus.map((group) => group.vus))].join(", ");
  return names === "" ? [] : [`the generator was the bottleneck at ${names} VUs: those rows do not compare servers`];
}
