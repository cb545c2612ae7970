import type { Faults } from "../load/ledger.ts";
import type { Reading } from "../measures/measure.ts";
import { type MeasureName, measures } from "../measures/measures.ts";
import type { Target, TargetName } from "../targets/target.ts";
import { takeTrial } from "./generator-process.ts";

/** What came of one measure of one server in one trial. */
export type BenchTrial = {
  readonly trial: number;
  readonly measure: MeasureName;
  readonly target: TargetName;
  readonly readings: readonly Reading[];
  /** The load generator's share of a core. */
  readonly cpuShare: number;
  /** Why nothing of it counts: something was lost, doubled or out of order, or it could not be taken. */
  readonly failure?: string;
};

/** Takes the measures, trial after trial; within each the servers take turns, and the one that begins changes. */
export async function runBench(
  names: readonly MeasureName[],
  targets: ReadonlyMap<TargetName, Target>,
  { trials, onTrial }: { readonly trials: number; readonly onTrial: (trial: BenchTrial) => void },
): Promise<readonly BenchTrial[]> {
  const all: BenchTrial[] = [];
  for (const measure of names) {
    const present = measures[measure].targets.flatMap((name) => targets.get(name) ?? []);
    for (let trial = 1; trial <= trials; trial++) {
      for (const target of trial % 2 === 0 ? present.toReversed() : present) {
        const taken = await takeOne(trial, measure, target);
        all.push(taken);
        onTrial(taken);
      }
    }
  }
  return all;
}

async function takeOne(trial: number, measure: MeasureName, target: Target): Promise<BenchTrial> {
  const { name, dialect, url, tokens } = target;
  const answer = await takeTrial({ measure, site: { dialect, url, tokens, room: target.freshRoom() } });
  const at = { trial, measure, target: name };
  if (!answer.ok) return { ...at, readings: [], cpuShare: 0, failure: answer.message };
  const { readings, cpuShare, faults } = answer;
  const failure = describeFaults(faults);
  return { ...at, readings, cpuShare, ...(failure === null ? {} : { failure }) };
}

function describeFaults({ lost, duplicated, reordered }: Faults): string | null {
  if (lost + duplicated + reordered === 0) return null;
  return `${lost} lost, ${duplicated} duplicated, ${reordered} reordered`;
}
