import { readDuration } from "./duration.ts";

/** Variables of the environment by name, as k6 and Node give them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a step is doing. Only `steady` is measured. */
export type Phase = "ramp" | "warmup" | "steady" | "cooldown";

/** One step of a run: so many virtual users, and when each of its phases begins, in ms since the scenario's start. */
export type Step = {
  /** 1, 2, 3 … */
  readonly step: number;
  readonly vus: number;
  readonly rampAtMs: number;
  readonly warmupAtMs: number;
  readonly steadyAtMs: number;
  readonly endMs: number;
};

/** A whole run: its steps, and how long it takes back to 0 after the last one. */
export type StepPlan = { readonly steps: readonly Step[]; readonly coolDownMs: number };

/** Where a run is at a moment. Before the start it is in the first ramp. */
export type Moment = { readonly step: Step; readonly phase: Phase };

/**
 * Reads the original's step model: K6_VUS switches to one fixed step of K6_DURATION (5m), without ramp and cool-down;
 * otherwise steps from K6_START_VUS (10) to K6_END_VUS (100) by K6_STEP_VUS (10), each K6_RAMP_DURATION (30s),
 * K6_WARMUP_DURATION (20s) and K6_STEP_DURATION (1m) long, and the original's cool-down of 30s, which
 * LOADTEST_COOL_DOWN shortens (0s: none). Throws and names the variable that is wrong.
 */
export function readStepPlan(env: Environment): StepPlan {
  const fixed = env.K6_VUS || env.LOADTEST_VUS;
  if (isSet(fixed)) {
    const endMs = readSteady("K6_DURATION", env.K6_DURATION || env.LOADTEST_DURATION || "5m");
    const vus = readCount("K6_VUS", fixed, 1);
    return { steps: [{ step: 1, vus, rampAtMs: 0, warmupAtMs: 0, steadyAtMs: 0, endMs }], coolDownMs: 0 };
  }
  const rampMs = readDuration("K6_RAMP_DURATION", env.K6_RAMP_DURATION || "30s");
  const warmupMs = readDuration("K6_WARMUP_DURATION", env.K6_WARMUP_DURATION || "20s");
  const steadyMs = readSteady("K6_STEP_DURATION", env.K6_STEP_DURATION || "1m");
  const lengthMs = rampMs + warmupMs + steadyMs;
  const steps = readLevels(env).map((vus, i): Step => {
    const rampAtMs = i * lengthMs;
    const warmupAtMs = rampAtMs + rampMs;
    return {
      step: i + 1,
      vus,
      rampAtMs,
      warmupAtMs,
      steadyAtMs: warmupAtMs + warmupMs,
      endMs: rampAtMs + lengthMs,
    };
  });
  return { steps, coolDownMs: readDuration("LOADTEST_COOL_DOWN", env.LOADTEST_COOL_DOWN || "30s") };
}

/**
 * An environment as k6 may see it. K6_VUS and K6_DURATION are k6's own options too, with which it throws a script's
 * scenarios away (k6 2.2.0 and 1.1.0, also when they come by -e): they go as LOADTEST_VUS and LOADTEST_DURATION.
 */
export function toK6Environment({ K6_VUS, K6_DURATION, ...env }: Environment): Environment {
  return {
    ...env,
    ...(isSet(K6_VUS) && { LOADTEST_VUS: K6_VUS }),
    ...(isSet(K6_DURATION) && { LOADTEST_DURATION: K6_DURATION }),
  };
}

/** Where a plan is, so many ms after the scenario's start. */
export function momentAt({ steps }: StepPlan, elapsedMs: number): Moment {
  const step = steps.find(({ endMs }) => elapsedMs < endMs);
  if (step === undefined) return { step: lastOf(steps), phase: "cooldown" };
  if (elapsedMs < step.warmupAtMs) return { step, phase: "ramp" };
  return { step, phase: elapsedMs < step.steadyAtMs ? "warmup" : "steady" };
}

/** k6's stages of a plan. `share` scales the virtual users: the sockets of the full system are a quarter. */
export function toStages(plan: StepPlan, share = 1): { readonly duration: string; readonly target: number }[] {
  const stage = (ms: number, target: number) => ({ duration: `${ms}ms`, target });
  const stages = plan.steps.flatMap(({ vus, rampAtMs, warmupAtMs, endMs }) => {
    const target = scale(vus, share);
    return [stage(warmupAtMs - rampAtMs, target), stage(endMs - warmupAtMs, target)];
  });
  return plan.coolDownMs === 0 ? stages : [...stages, stage(plan.coolDownMs, 0)];
}

/** So many of the virtual users of a step, at least one. */
export function scale(vus: number, share: number): number {
  return Math.max(1, Math.ceil(vus * share));
}

/** An integer of at least `min`. Throws and names the variable when it is none. */
export function readCount(name: string, text: string | undefined, min: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= min) return count;
  throw new Error(`${name} must be an integer of at least ${min}, got "${text}"`);
}

function readLevels(env: Environment): readonly number[] {
  const start = readCount("K6_START_VUS", env.K6_START_VUS || "10", 1);
  const end = readCount("K6_END_VUS", env.K6_END_VUS || "100", 1);
  const by = readCount("K6_STEP_VUS", env.K6_STEP_VUS || "10", 1);
  if (end < start) throw new Error(`K6_END_VUS (${end}) must not be less than K6_START_VUS (${start})`);
  return Array.from({ length: Math.floor((end - start) / by) + 1 }, (_, i) => start + i * by);
}

/** In a phase of no length nothing can be measured. */
function readSteady(name: string, text: string): number {
  const ms = readDuration(name, text);
  if (ms > 0) return ms;
  throw new Error(`${name} must be longer than 0s, got "${text}"`);
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

function lastOf(steps: readonly Step[]): Step {
  const last = steps.at(-1);
  if (last === undefined) throw new Error("a run has one step at least");
  return last;
}
