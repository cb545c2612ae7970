import { describe, expect, it } from "vitest";
import { readStepPlan } from "../model/steps.ts";
import { besideSteps, toOptions, toScenario } from "./options.ts";

const fixed = readStepPlan({ K6_VUS: "8", K6_DURATION: "4s" });
const ramping = readStepPlan({
  ...{ K6_START_VUS: "4", K6_END_VUS: "8", K6_STEP_VUS: "4", LOADTEST_COOL_DOWN: "1s" },
  ...{ K6_RAMP_DURATION: "1s", K6_WARMUP_DURATION: "1s", K6_STEP_DURATION: "3s" },
});

describe("k6's options of a script", () => {
  it("[LS6] every steady metric of every step has a threshold that always holds, which keeps it in the summary", () => {
    const { thresholds = {} } = toOptions({ plan: ramping, measures: ["http", "ws"] });
    const of = (metric: string) => Object.keys(thresholds).filter((name) => name.startsWith(`${metric}{`));
    const metrics = [
      ...["duration", "requests", "errors", "4xx", "5xx", "429", "timeout"].map((name) => `steady_http_${name}`),
      ...["connect_duration", "connects", "errors", "timeouts", "4xx", "5xx", "429"].map((name) => `steady_ws_${name}`),
      "steady_iters",
    ];
    for (const metric of metrics) expect(of(metric)).toEqual([`${metric}{step:1,vus:4}`, `${metric}{step:2,vus:8}`]);
    expect(Object.keys(thresholds)).toHaveLength(2 * metrics.length);
    expect(new Set(Object.values(thresholds).flat())).toEqual(new Set(["count>=0", "max>=0"]));
  });

  it("[LS6] a script without sockets has none of their metrics, and the other way round", () => {
    const names = (measure: "http" | "ws") =>
      Object.keys(toOptions({ plan: fixed, measures: [measure] }).thresholds ?? {}).join();
    expect(names("http")).not.toContain("steady_ws_");
    expect(names("ws")).not.toContain("steady_http_");
  });

  it("[LS6] a script's own thresholds stand beside them, and the summary has count, p90, p95 and p99", () => {
    const own = { success: ["rate>0.95"] };
    const { thresholds, summaryTrendStats } = toOptions({ plan: fixed, measures: ["http"], thresholds: own });
    expect(thresholds).toMatchObject({ ...own, "steady_http_duration{step:1,vus:8}": ["max>=0"] });
    expect(summaryTrendStats).toEqual(expect.arrayContaining(["count", "med", "p(90)", "p(95)", "p(99)"]));
  });

  it("[LS5] steps climb, one fixed step is constant, and each gives its sessions time to end", () => {
    expect(toScenario(ramping)).toMatchObject({
      executor: "ramping-vus",
      gracefulStop: "60s",
      gracefulRampDown: "60s",
    });
    expect(toScenario(fixed)).toEqual({
      ...{ executor: "constant-vus", exec: "default", vus: 8, duration: "4000ms", gracefulStop: "60s" },
    });
  });

  it("[LS5] a share of the users follows the same steps, in the function that is named", () => {
    expect(toScenario(fixed, "sockets", 0.25)).toMatchObject({ exec: "sockets", vus: 2, duration: "4000ms" });
    expect(toScenario(ramping, "sockets", 0.25)).toMatchObject({
      ...{ exec: "sockets", stages: [{ target: 1 }, { target: 1 }, { target: 2 }, { target: 2 }, { target: 0 }] },
    });
  });

  it("[LS5] who is there beside the load stays from the first step to the end of the last, without the cool-down", () => {
    expect(besideSteps(ramping, "watch", 2)).toMatchObject({
      ...{ executor: "constant-vus", exec: "watch", vus: 2, duration: "10000ms" },
    });
  });

  it("[LS9] no scenario has the name that k6 gives its own", () => {
    expect(Object.keys(toOptions({ plan: fixed, measures: ["http"] }).scenarios ?? {})).toEqual(["load"]);
  });
});
