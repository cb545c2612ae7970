import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type JudgedStep, type Judging, judge, parseObservations } from "../checker/judge.ts";
import type { Observation } from "../model/observation.ts";
import type { K6Summary } from "../model/step-report.ts";
import type { StepPlan } from "../model/steps.ts";
import { CannotRunError } from "./failures.ts";
import { K6Files } from "./k6-process.ts";
import { readLines } from "./lines.ts";

/** What k6 left of a trial, and what the judge says of it. */
export type Measurement = {
  readonly summary: K6Summary;
  /** When the scenario began, by its first observation of that. */
  readonly beganAtMs: number;
  readonly judged: ReadonlyMap<number, JudgedStep>;
};

/** Reads what k6 left. Throws a CannotRunError when there is no summary or no beginning: nothing was measured. */
export function readMeasurement(folder: string, plan: StepPlan, how: Judging = {}): Measurement {
  const summary = fileOf(folder, K6Files.summary);
  const observations = fileOf(folder, K6Files.observations);
  let beganAtMs: number | null = null;
  const noteBegan = (observation: Observation) => {
    if (observation.type === "began") beganAtMs = Math.min(beganAtMs ?? observation.atMs, observation.atMs);
  };
  const judged = judgeAll(each(parseObservations(readLines(observations)), noteBegan), plan, how);
  if (beganAtMs === null) throw new CannotRunError(`the script said nothing of its beginning, see ${folder}`);
  return { summary: JSON.parse(readFileSync(summary, "utf8")) as K6Summary, beganAtMs, judged };
}

/** The thresholds of the script that were crossed, as `metric: expression`. In k6's export true says crossed. */
export function crossedOf({ metrics }: K6Summary): readonly string[] {
  return Object.entries(metrics).flatMap(([metric, values]) =>
    Object.entries(values?.thresholds ?? {}).flatMap(([expression, isCrossed]) =>
      isCrossed === true ? [`${metric}: ${expression}`] : [],
    ),
  );
}

function judgeAll(observations: Iterable<Observation>, plan: StepPlan, how: Judging): Measurement["judged"] {
  try {
    return judge(observations, plan, how);
  } catch (error) {
    throw new CannotRunError(
      `the observations cannot be judged: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function fileOf(folder: string, name: string): string {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  throw new CannotRunError(`k6 left no ${name} in ${folder}`);
}

function* each<T>(values: Iterable<T>, note: (value: T) => void): Generator<T> {
  for (const value of values) {
    note(value);
    yield value;
  }
}
