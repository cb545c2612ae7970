import exec from "k6/execution";
import { type Moment, momentAt, readStepPlan } from "../model/steps.ts";

/** The steps of this run, from the environment. */
export const plan = readStepPlan(__ENV);

let startedAtMs = 0;

/** When the running scenario began. k6 makes a new object of everything for each look at it: 20 us (2.2.0). */
export function startOf(): number {
  startedAtMs ||= exec.scenario.startTime;
  return startedAtMs;
}

/** Where the running scenario is now. */
export function moment(): Moment {
  return momentOf(Date.now());
}

/** Where the running scenario is at a moment of the generator's clock. */
export function momentOf(atMs: number): Moment {
  return momentAt(plan, atMs - startOf());
}

/** When a step's steady phase begins and ends, on the generator's clock. */
export function steadyOf(step: number): { readonly fromMs: number; readonly toMs: number } {
  const found = plan.steps[step - 1];
  if (found === undefined) throw new Error(`there is no step ${step}`);
  return { fromMs: startOf() + found.steadyAtMs, toMs: startOf() + found.endMs };
}

/** Whether a moment of the generator's clock lies in the steady phase of a step. */
export function isSteady(step: number, atMs: number): boolean {
  const found = plan.steps[step - 1];
  if (found === undefined) return false;
  const elapsedMs = atMs - startOf();
  return elapsedMs >= found.steadyAtMs && elapsedMs < found.endMs;
}
