import { describe, expect, it } from "vitest";
import { readPerfLog } from "../ladder/perf-log.ts";
import type { Run, StepRow } from "../model/run.ts";
import { sampleDelivery, sampleHttp, sampleRow, sampleRun, sampleTrial } from "../report/sample-run.ts";
import { compareRuns, isWorse } from "./comparison.ts";
import { toComparisonPage, toComparisonText } from "./comparison-page.ts";
import { toHistories } from "./history.ts";
import { toHistoryPage, toHistoryText } from "./history-page.ts";
import { compareLogs } from "./log-comparison.ts";

const runOf = (rows: readonly StepRow[]) => sampleRun({ trials: rows.map((row, i) => sampleTrial([row], i + 1)) });
const withP95 = (...values: readonly number[]) => runOf(values.map((p95) => sampleRow({ http: sampleHttp({ p95 }) })));
const judged = (a: ReturnType<typeof runOf>, b: ReturnType<typeof runOf>, label: string) =>
  compareRuns(a, b).rows.find((row) => row.label === label)?.judgement;

it("[LP8] what lies wholly outside the spread of the other is better or worse, anything else the same", () => {
  expect(judged(withP95(10, 11, 12), withP95(20, 21, 22), "HTTP p95")).toBe("worse");
  expect(judged(withP95(20, 21, 22), withP95(10, 11, 12), "HTTP p95")).toBe("better");
  expect(judged(withP95(10, 11, 21), withP95(20, 22, 24), "HTTP p95")).toBe("same");
  expect(judged(withP95(100, 100, 100), withP95(101, 101, 101), "HTTP p95")).toBe("same");
});

it("[LP8] more requests are better, not worse", () => {
  const withRate = (rate: number) =>
    runOf([0, 1, 2].map((more) => sampleRow({ http: sampleHttp({ requestsPerSecond: rate + more }) })));
  expect(judged(withRate(100), withRate(200), "HTTP requests/s")).toBe("better");
});

it("[LP9] fewer than three trials have no verdict but on what was lost", () => {
  const one = withP95(10);
  const lossy = runOf([sampleRow({ http: sampleHttp({ p95: 900 }), delivery: sampleDelivery({ lost: 1 }) })]);
  const clean = runOf([sampleRow({ delivery: sampleDelivery() })]);

  expect(judged(one, withP95(900), "HTTP p95")).toBe("none");
  expect(isWorse(compareRuns(one, withP95(900)))).toBe(false);
  expect(judged(clean, lossy, "lost")).toBe("worse");
});

it("[LP10] what differs besides the server is said, and steps that only one has", () => {
  const b = sampleRun({ scenario: "room-chat", k6: "k6 v1", trials: [sampleTrial([sampleRow({ vus: 40 })])] });
  const { warnings } = compareRuns(sampleRun(), b);
  expect(warnings).toContain("scenario differs: full-system and room-chat");
  expect(warnings).toContain("k6 differs: k6 v2.2.0 and k6 v1");
  expect(warnings).toContain("steps that only one of them has: 10, 40 VUs");
});

it("[LP11] two logs of the ladder are compared by call, the monolith's scenario 108 with the services' 8", () => {
  const log = (scenario: number, err: number) =>
    readPerfLog(
      `starting\n{"kind":"tester_metrics","name":"login","scenario":${scenario},"count":10,"err":${err},"avg_ms":5,"min_ms":1,"max_ms":9}\n`,
    );
  const comparison = compareLogs({ name: "a.log", metrics: log(108, 0) }, { name: "b.log", metrics: log(8, 2) });

  expect(comparison.rows.find(({ label }) => label === "failed")?.judgement).toBe("worse");
  expect(comparison.rows.find(({ label }) => label === "average")?.judgement).toBe("none");
});

it("[LP12] a comparison and a history escape what comes from outside", () => {
  const run = sampleRun({ id: "<script>alert(1)</script>", scenario: "<b>" });
  expect(toComparisonPage(compareRuns(run, run))).not.toContain("<script>alert");
  expect(toHistoryPage(toHistories([run]), ["<script>alert(2)"])).not.toContain("<script>alert");
});

it("[LP12] the text ends with how much is better, the same and worse", () => {
  const text = toComparisonText(compareRuns(withP95(10, 11, 12), withP95(20, 21, 22)));
  expect(text).toMatch(/B against A: 0 better, \d+ same, 1 worse$/m);
});

const at = (day: string, p95: number, changes: Partial<Run> = {}) => {
  const run = withP95(p95);
  return { ...run, id: day, machine: { ...run.machine, date: `2026-01-${day}T00:00:00Z` }, ...changes };
};

it("[LP13] a history is oldest first, at the greatest step that all have, against the earlier runs", () => {
  const histories = toHistories([at("03", 30), at("01", 10), at("02", 20)]);
  expect(histories[0]?.entries.map(({ run }) => run.id)).toEqual(["01", "02", "03"]);
  expect(histories[0]?.entries.map(({ trend }) => trend)).toEqual([null, 2, 2]);
  expect(toHistoryText(histories, [])).toContain("↑ × 2.00");
});

it("[LP13] runs of another place, machine or setting have a history of their own, which says what is its own", () => {
  const { machine } = at("05", 1);
  const others = [
    at("02", 20, { deployment: "services" }),
    at("03", 20, { deployment: "remote", url: "https://chat.example" }),
    at("04", 20, { configuration: { K6_START_VUS: "5", K6_END_VUS: "30", LOADTEST_RUN: "x" } }),
    at("05", 20, { machine: { ...machine, cpu: "another" } }),
  ];
  const histories = toHistories([at("01", 10), ...others]);
  expect(histories.map(({ entries }) => entries.length)).toEqual([1, 1, 1, 1, 1]);
  expect(histories.map(({ where }) => where)).toEqual([
    "monolith from 2 × A processor, K6_START_VUS=10",
    "services from 2 × A processor, K6_START_VUS=10",
    "https://chat.example from 2 × A processor, K6_START_VUS=10",
    "monolith from 2 × A processor, K6_START_VUS=5",
    "monolith from 2 × another, K6_START_VUS=10",
  ]);
});

describe("capacities", () => {
  const generator = { ...sampleRow().generator, limited: true };
  const [good, bad] = [sampleRow({ vus: 10 }), sampleRow({ step: 2, vus: 20, verdict: "fail" })];
  const three = (...rows: readonly StepRow[]) =>
    sampleRun({ trials: [1, 2, 3].map((trial) => sampleTrial(rows, trial)) });
  const [failsAt20, holdsAll] = [three(good, bad), three(good, sampleRow({ step: 2, vus: 20 }))];
  const limitedAt20 = three(good, sampleRow({ step: 2, vus: 20, generator }));

  it("[LP21] are compared where the lesser one is known to end there", () => {
    expect(judged(failsAt20, holdsAll, "capacity (VUs)")).toBe("better");
    expect(judged(holdsAll, failsAt20, "capacity (VUs)")).toBe("worse");
    expect(judged(limitedAt20, holdsAll, "capacity (VUs)")).toBe("shown");
  });

  it("[LP21] are none where the generator was the limit from the first step on, and 0 where the first step fails", () => {
    const nothing = three({ ...good, generator });
    expect(judged(nothing, failsAt20, "capacity (VUs)")).toBeUndefined();
    expect(toHistories([nothing, three(bad)]).flatMap(({ entries }) => entries.map((one) => one.capacity))).toEqual([
      null,
      0,
    ]);
  });
});
