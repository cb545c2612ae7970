import type { Options, Scenario } from "k6/options";
import { type StepPlan, scale, toStages } from "../model/steps.ts";

/** What a script is besides its steps. */
export type Shape = {
  readonly plan: StepPlan;
  /** Which of the steady metrics its steps are told by. */
  readonly measures: readonly Measure[];
  /** By name; without it the default function is the load. */
  readonly scenarios?: Readonly<Record<string, Scenario>>;
  /** What the script itself demands. */
  readonly thresholds?: Readonly<Record<string, string[]>>;
};
export type Measure = keyof typeof METRICS;

/** The original's metrics of a steady phase, with the expression that every value of them meets. */
const METRICS = {
  http: {
    steady_http_duration: "max>=0",
    steady_http_requests: "count>=0",
    steady_http_errors: "count>=0",
    steady_http_4xx: "count>=0",
    steady_http_5xx: "count>=0",
    steady_http_429: "count>=0",
    steady_http_timeout: "count>=0",
    steady_iters: "count>=0",
  },
  ws: {
    steady_ws_connect_duration: "max>=0",
    steady_ws_connects: "count>=0",
    steady_ws_errors: "count>=0",
    steady_ws_timeouts: "count>=0",
    steady_ws_4xx: "count>=0",
    steady_ws_5xx: "count>=0",
    steady_ws_429: "count>=0",
  },
} as const;

/** Longer than any session's end and any request takes: what k6 interrupts reports nothing. */
const GRACE = "60s";

/** k6's options of a script. Its summary holds every steady metric of every step, also of one that nothing was counted in. */
export function toOptions({ plan, measures, scenarios = { load: toScenario(plan) }, thresholds = {} }: Shape): Options {
  return {
    scenarios,
    thresholds: { ...keepSteps(plan, measures), ...thresholds },
    summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "count"],
    batchPerHost: 10, // a publisher's rooms at once
    setupTimeout: "10m", // 200 memory-hard password hashes on a small machine
  };
}

/** A scenario that follows the steps with a share of their virtual users. `exec` names the function that it runs. */
export function toScenario(plan: StepPlan, exec = "default", share = 1): Scenario {
  const [step] = plan.steps;
  if (plan.coolDownMs === 0 && plan.steps.length === 1 && step !== undefined && step.steadyAtMs === 0) {
    const vus = scale(step.vus, share);
    return { executor: "constant-vus", exec, vus, duration: `${step.endMs}ms`, gracefulStop: GRACE };
  }
  const stages = toStages(plan, share);
  return { executor: "ramping-vus", exec, startVUs: 1, stages, gracefulStop: GRACE, gracefulRampDown: GRACE };
}

/** A scenario of so many virtual users from the first step to the end of the last: who is there beside the load. */
export function besideSteps(plan: StepPlan, exec: string, vus: number): Scenario {
  const endMs = Math.max(...plan.steps.map((step) => step.endMs));
  return { executor: "constant-vus", exec, vus, duration: `${endMs}ms`, gracefulStop: GRACE };
}

/** Thresholds that always hold: a threshold is what makes k6 keep a step's part of a metric in the summary. */
function keepSteps({ steps }: StepPlan, measures: readonly Measure[]): Record<string, string[]> {
  const metrics = measures.flatMap((measure) => Object.entries(METRICS[measure]));
  return Object.fromEntries(
    steps.flatMap(({ step, vus }) =>
      metrics.map(([name, holds]): [string, string[]] => [`${name}{step:${step},vus:${vus}}`, [holds]]),
    ),
  );
}
