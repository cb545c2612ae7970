import { describe, expect, it } from "vitest";
import { momentAt, readStepPlan, scale, toK6Environment, toStages } from "./steps.ts";

const small = {
  ...{ K6_START_VUS: "2", K6_END_VUS: "7", K6_STEP_VUS: "2" },
  ...{ K6_RAMP_DURATION: "1s", K6_WARMUP_DURATION: "500ms", K6_STEP_DURATION: "1m30s" },
};

describe("steps", () => {
  it("[LS2] are the original's where nothing is set: 10 to 100 users by 10, ramp 30 s, warmup 20 s, steady 1 min", () => {
    const { steps, coolDownMs } = readStepPlan({});
    expect(steps.map(({ vus }) => vus)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(steps[1]).toEqual({
      ...{ step: 2, vus: 20, rampAtMs: 110_000, warmupAtMs: 140_000, steadyAtMs: 160_000, endMs: 220_000 },
    });
    expect(coolDownMs).toBe(30_000);
  });

  it("[LS2] go from the start by equal steps, and never above the end", () => {
    const { steps } = readStepPlan(small);
    expect(steps.map(({ vus }) => vus)).toEqual([2, 4, 6]);
    expect(steps[0]).toMatchObject({ warmupAtMs: 1_000, steadyAtMs: 1_500, endMs: 91_500 });
  });

  it("[LS2] a variable that is set to nothing has its default", () => {
    expect(readStepPlan({ K6_START_VUS: "", K6_VUS: "", LOADTEST_COOL_DOWN: "" })).toEqual(readStepPlan({}));
  });

  it("[LS3] K6_VUS makes one fixed step of K6_DURATION, 5 min, all of it steady, without cool-down", () => {
    const fixed = (endMs: number) => ({
      steps: [{ step: 1, vus: 3, rampAtMs: 0, warmupAtMs: 0, steadyAtMs: 0, endMs }],
      coolDownMs: 0,
    });
    expect(readStepPlan({ ...small, K6_VUS: "3" })).toEqual(fixed(300_000));
    expect(readStepPlan({ K6_VUS: "3", K6_DURATION: "4s" })).toEqual(fixed(4_000));
  });

  it("[LS3] K6_DURATION alone switches nothing", () => {
    expect(readStepPlan({ ...small, K6_DURATION: "4s" })).toEqual(readStepPlan(small));
  });

  it("[LS3] K6_VUS and K6_DURATION reach a script as LOADTEST_VUS and LOADTEST_DURATION, with the same plan", () => {
    const env = toK6Environment({ ...small, K6_VUS: "3", K6_DURATION: "4s" });
    expect(env).toEqual({ ...small, LOADTEST_VUS: "3", LOADTEST_DURATION: "4s" });
    expect(readStepPlan(env)).toEqual(readStepPlan({ K6_VUS: "3", K6_DURATION: "4s" }));
    expect(toK6Environment({ ...small, K6_VUS: "", K6_DURATION: undefined })).toEqual(small);
  });

  it("[LS4] LOADTEST_COOL_DOWN sets the original's cool-down of 30 s, 0s leaves it out", () => {
    expect(readStepPlan({ LOADTEST_COOL_DOWN: "2s" }).coolDownMs).toBe(2_000);
    expect(toStages(readStepPlan({ ...small, LOADTEST_COOL_DOWN: "2s" })).at(-1)).toEqual({
      ...{ duration: "2000ms", target: 0 },
    });
    expect(toStages(readStepPlan({ ...small, LOADTEST_COOL_DOWN: "0s" })).at(-1)?.target).toBe(6);
  });

  it.each([
    [{ K6_VUS: "0" }, /K6_VUS must be an integer of at least 1, got "0"/],
    [{ K6_VUS: "two" }, /K6_VUS.*"two"/],
    [{ LOADTEST_VUS: "1.5" }, /K6_VUS.*"1.5"/],
    [{ K6_VUS: "1", K6_DURATION: "5" }, /K6_DURATION must be a duration such as 30s or 1m30s, got "5"/],
    [{ K6_START_VUS: "-1" }, /K6_START_VUS.*"-1"/],
    [{ K6_STEP_VUS: "0" }, /K6_STEP_VUS.*"0"/],
    [{ K6_START_VUS: "20", K6_END_VUS: "10" }, /K6_END_VUS \(10\) must not be less than K6_START_VUS \(20\)/],
    [{ K6_RAMP_DURATION: "1d" }, /K6_RAMP_DURATION.*"1d"/],
    [{ K6_WARMUP_DURATION: "s" }, /K6_WARMUP_DURATION.*"s"/],
    [{ K6_STEP_DURATION: "0s" }, /K6_STEP_DURATION must be longer than 0s/],
    [{ K6_VUS: "1", K6_DURATION: "0s" }, /K6_DURATION must be longer than 0s/],
    [{ K6_STEP_DURATION: "1m 30s" }, /K6_STEP_DURATION.*"1m 30s"/],
    [{ LOADTEST_COOL_DOWN: "none" }, /LOADTEST_COOL_DOWN.*"none"/],
  ])("[LS2] %j is refused by its name", (env: Record<string, string>, reason) => {
    expect(() => readStepPlan(env)).toThrow(reason);
  });
});

describe("phases", () => {
  const plan = readStepPlan(small);
  const at = (elapsedMs: number) => {
    const { step, phase } = momentAt(plan, elapsedMs);
    return [step.step, phase];
  };

  it("[LS2] each step is ramp, warmup and steady, and behind the last is the cool-down", () => {
    expect([0, 1_000, 1_500, 91_499].map(at)).toEqual([
      [1, "ramp"],
      [1, "warmup"],
      [1, "steady"],
      [1, "steady"],
    ]);
    expect([91_500, 92_500, 93_000].map(at)).toEqual([
      [2, "ramp"],
      [2, "warmup"],
      [2, "steady"],
    ]);
    expect([3 * 91_500 - 1, 3 * 91_500, 1e9].map(at)).toEqual([
      [3, "steady"],
      [3, "cooldown"],
      [3, "cooldown"],
    ]);
  });

  it("[LS2] before the start is the first ramp, as a clock that is set back may say", () => {
    expect(at(-1)).toEqual([1, "ramp"]);
  });
});

describe("stages", () => {
  it("[LS2] climb to each step in its ramp, stay for warmup and steady, and fall to 0 in the cool-down", () => {
    expect(toStages(readStepPlan({ ...small, K6_END_VUS: "4" }))).toEqual([
      { duration: "1000ms", target: 2 },
      { duration: "90500ms", target: 2 },
      { duration: "1000ms", target: 4 },
      { duration: "90500ms", target: 4 },
      { duration: "30000ms", target: 0 },
    ]);
  });

  it("[LS5] a share of the virtual users is rounded up, so that nobody is missing in a small step", () => {
    expect([1, 4, 5, 10, 100].map((vus) => scale(vus, 0.25))).toEqual([1, 1, 2, 3, 25]);
    expect(toStages(readStepPlan({}), 0.25).map(({ target }) => target)).toContain(25);
  });
});
