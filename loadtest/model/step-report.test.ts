import { describe, expect, it } from "vitest";
import type { JudgedStep } from "../checker/judge.ts";
import type { DeliveryRow, GeneratorRow, KillRow } from "./run.ts";
import { bottleneckOf, capacityOf, type K6Summary, readSlo, type TrialParts, toRows } from "./step-report.ts";
import { readStepPlan } from "./steps.ts";

const PLAN = readStepPlan({ K6_START_VUS: "10", K6_END_VUS: "30", K6_STEP_DURATION: "10s" });
const CLEAN: DeliveryRow = {
  ...{ subscribers: 2, sent: 10, acked: 10, delivered: 20, owed: 18, comparedBlocks: 1 },
  ...{ deliveriesPerSecond: 2, ackedPerSecond: 1 },
  ...{ lost: 0, duplicated: 0, reordered: 0, p50: 10, p95: 20, p99: 30, ackP50: 5, ackP95: 6, ackP99: 7 },
};
const LIMITED: GeneratorRow = {
  ...{ cores: 2, machineBusy: 1, residentMiB: 100, lagP99Ms: 200, limited: true, reasons: ["timers were late"] },
};
const KILL: KillRow = { atMs: 1, readyAfterMs: 2, silenceMs: 3, resumed: true, failedRequests: 4 };

function summaryOf(p95s: readonly number[], counts: Readonly<Record<string, number>> = {}): K6Summary {
  const entries = p95s.flatMap((p95, i) => {
    const tags = `{step:${i + 1},vus:${(i + 1) * 10}}`;
    const counters = Object.entries({ steady_http_requests: 100, ...counts });
    return [
      [`steady_http_duration${tags}`, { med: 1, "p(90)": p95, "p(95)": p95, "p(99)": p95 }] as const,
      ...counters.map(([name, count]) => [name + tags, { count }] as const),
    ];
  });
  return { metrics: Object.fromEntries(entries) };
}

function rowsOf(parts: Partial<TrialParts>) {
  const none = { judged: new Map(), generators: new Map(), kills: new Map(), isChecked: false };
  return toRows({ plan: PLAN, slo: readSlo({}), summary: { metrics: {} }, ...none, ...parts });
}

function judgedWith(delivery: Partial<DeliveryRow>, failures: readonly string[] = []): Map<number, JudgedStep> {
  const acks = { longestSilence: () => 0, hasAckAfter: () => true };
  const found = { delivery: { ...CLEAN, ...delivery }, extra: [], failures, lagP99Ms: 4, ...acks };
  return new Map([1, 2, 3].map((step) => [step, found]));
}

describe("verdicts", () => {
  it("[LC12] capacity is the last step that passes, bottleneck the first that fails", () => {
    const rows = rowsOf({ summary: summaryOf([100, 600, 900]) });
    expect(rows.map(({ reasons }) => reasons)).toEqual([[], ["p95 600 ms > 500 ms"], ["p95 900 ms > 500 ms"]]);
    expect(capacityOf(rows)).toEqual({ step: 1, vus: 10 });
    expect(bottleneckOf(rows)).toEqual({ step: 2, vus: 20 });
    expect(rows[0]?.http).toMatchObject({ requests: 100, requestsPerSecond: 10, p50: 1, p99: 100 });
  });

  it("[LC12] errors and timeouts are shares of the requests", () => {
    const summary = summaryOf([100], { steady_http_errors: 2, steady_http_timeout: 1 });
    expect(rowsOf({ summary })[0]?.reasons).toEqual(["error rate 2 % > 1 %", "timeout rate 1 % > 0 %"]);
  });

  it("[LC12] a step without data fails", () => {
    expect(rowsOf({})[0]).toMatchObject({ http: null, ws: null, delivery: null, reasons: ["no data"] });
    expect(rowsOf({ summary: summaryOf([100]) })[1]?.reasons).toEqual(["no data"]);
  });

  it("[LC12] without HTTP the SLO is judged on deliveries and on what was not acknowledged", () => {
    const [row] = rowsOf({ judged: judgedWith({ p95: 700, acked: 9 }) });
    expect(row?.reasons).toEqual(["p95 700 ms > 500 ms", "error rate 10 % > 1 %"]);
  });

  it.each(["lost", "duplicated", "reordered"])(
    "[LC13] a step with one message %s fails, whatever its times",
    (what) => {
      const [row] = rowsOf({ judged: judgedWith({ [what]: 1 }), kills: new Map([[1, KILL]]) });
      expect(row).toMatchObject({ verdict: "fail", kill: KILL });
      expect(row?.reasons[0]).toBe(`1 ${what}`);
    },
  );

  it("[LC13] an edge that is not ready again after the kill fails the step", () => {
    const [row] = rowsOf({ kills: new Map([[1, { ...KILL, readyAfterMs: null }]]) });
    expect(row?.reasons).toContain("the edge was not ready again after the kill");
    expect(row?.verdict).toBe("fail");
  });

  it("[LC13] an edge that acknowledges nothing after the kill fails the step", () => {
    const [row] = rowsOf({ judged: judgedWith({}), kills: new Map([[1, { ...KILL, resumed: false }]]) });
    expect(row).toMatchObject({ verdict: "fail" });
    expect(row?.reasons[0]).toBe("nothing was acknowledged any more after the kill");
  });

  it("[LC16] a scenario that checks fails a step in which nobody was owed anything", () => {
    const reason = "no message was owed to any subscriber, so that nothing was checked";
    const summary = summaryOf([100, 100, 100]);
    expect(rowsOf({ summary, isChecked: true })[0]?.reasons).toEqual([reason]);
    expect(rowsOf({ summary, judged: judgedWith({ owed: 0 }), isChecked: true })[0]?.reasons).toEqual([reason]);
    expect(rowsOf({ summary, judged: judgedWith({ owed: 0 }) })[0]?.verdict).toBe("pass");
  });

  it("[LC16] where the order was not compared between subscribers, the step says so", () => {
    const [row] = rowsOf({ judged: judgedWith({ comparedBlocks: 0 }), isChecked: true });
    expect(row).toMatchObject({
      verdict: "pass",
      reasons: ["too few messages to compare their order between subscribers"],
    });
  });

  it("[LC12] a socket that breaks is one of all that were open, whenever they were dialled", () => {
    const summary = { metrics: { "steady_ws_errors{step:1,vus:10}": { count: 1 } } };
    const delivery = { subscribers: 1_000 };
    expect(rowsOf({ summary, judged: judgedWith(delivery) })[0]?.reasons).toEqual([]);
    expect(rowsOf({ summary, judged: judgedWith({ subscribers: 10 }) })[0]?.reasons).toEqual(["error rate 10 % > 1 %"]);
  });

  it("[LC13] a kill suspends the SLO of its step", () => {
    const [row] = rowsOf({ summary: summaryOf([9_000]), kills: new Map([[1, KILL]]) });
    expect(row).toMatchObject({ verdict: "pass", reasons: ["killed in the middle: the SLO is not judged"] });
  });

  it("[LC13] what a scenario says is wrong fails the step", () => {
    expect(rowsOf({ judged: judgedWith({}, ["a hole"]) })[0]).toMatchObject({ verdict: "fail", reasons: ["a hole"] });
  });

  it("[LC12] from a step on in which the generator was the bottleneck nothing is claimed", () => {
    const rows = rowsOf({ summary: summaryOf([100, 100, 900]), generators: new Map([[2, LIMITED]]) });
    expect(rows[1]).toMatchObject({ verdict: "pass" });
    expect(rows[1]?.reasons).toEqual(["the generator was the bottleneck (timers were late)"]);
    expect([capacityOf(rows), bottleneckOf(rows)]).toEqual([{ step: 1, vus: 10 }, null]);
  });
});

describe("SLO", () => {
  it("[LC12] has the original's defaults", () => {
    expect(readSlo({})).toEqual({ p95Ms: 500, p99Ms: null, errorRate: 0.01, timeoutRate: 0 });
  });

  it.each(["SLO_P95_MS", "SLO_P99_MS", "SLO_ERROR_RATE", "SLO_TIMEOUT_RATE"])("[LC12] a wrong %s is named", (name) => {
    expect(() => readSlo({ [name]: "-1" })).toThrow(name);
  });
});
