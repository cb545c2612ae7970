import exec from "k6/execution";
import { type Moment, momentAt, readStepPlan } from "../model/steps.ts";

/** The steps of this run, from the environment. */
export const plan = readStepPlan(__ENV);

/** Where the running scenario is now. */
export function moment(): Moment {
  return momentAt(plan, Date.now() - exec.scenario.startTime);
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
  const elapsedMs = atMs - exec.scenario.startTime;
  const { step: at, phase } = momentAt(plan, elapsedMs);
  return phase === "steady" && at.step === step;
}
