import exec from "k6/execution";
import { type Moment, momentAt, readStepPlan } from "../model/steps.ts";

/** The steps of this run, from the environment. */
export const plan = readStepPlan(__ENV);

/** Where the running scenario is now. */
export function moment(): Moment {
  return momentOf(Date.now());
}

/** Where the running scenario is at a moment of the generator's clock. */
export function momentOf(atMs: number): Moment {
  return momentAt(plan, atMs - exec.scenario.startTime);
}

/** When a step's steady phase begins and ends, on the generator's clock. */
export function steadyOf(step: number): { readonly fromMs: number; readonly toMs: number } {
  const found = plan.steps[step - 1];
  if (found === undefined) throw new Error(`there is no step ${step}`);
  const { startTime } = exec.scenario;
  return { fromMs: startTime + found.steadyAtMs, toMs: startTime + found.endMs };
}

/** Whether a moment of the generator's clock lies in the steady phase of a step. */
export function isSteady(step: number, atMs: number): boolean {
  const { step: at, phase } = momentOf(atMs);
  return phase === "steady" && at.step === step;
}
