import { expect, it } from "vitest";
import { judgeRatio, toRatioRows } from "./bench-report.ts";
import type { BenchTrial } from "./bench-trials.ts";

const trial = (
  target: BenchTrial["target"],
  number: number,
  value: number,
  more: Partial<BenchTrial> = {},
): BenchTrial => ({
  trial: number,
  measure: "durable-32",
  target,
  readings: [{ name: "acked messages", unit: "/s", value }],
  cpuShare: 0.5,
  ...more,
});
const verdicts = (trials: readonly BenchTrial[]) =>
  toRatioRows(trials).map(({ against, verdict }) => [against, verdict]);

it("[BE1] a ratio is reached or missed when all of the spread is, and has no verdict else", () => {
  expect(judgeRatio({ least: 0.85 }, { low: 0.9, high: 1.2 })).toBe("reached");
  expect(judgeRatio({ least: 0.85 }, { low: 0.8, high: 1.2 })).toBe("none: it lies inside of the spread");
  expect(judgeRatio({ most: 1 }, { low: 1.1, high: 1.2 })).toBe("missed");
});

it("[BE1] servers are compared trial by trial", () => {
  const trials = [
    trial("edgechat", 1, 90),
    trial("raw-grouped", 1, 100),
    trial("edgechat", 2, 180),
    trial("raw-grouped", 2, 200),
  ];
  expect(toRatioRows(trials)[0]).toMatchObject({
    against: "raw-grouped",
    ratio: 0.9,
    low: 0.9,
    high: 0.9,
    verdict: "reached",
  });
});

it("[BE2] a trial in which something was lost fails its ratios, and a baseline that is not there leaves none", () => {
  const lost = trial("edgechat", 1, 90, { failure: "1 lost, 0 duplicated, 0 reordered" });
  expect(verdicts([lost, trial("raw-grouped", 1, 100)])).toEqual([
    ["raw-grouped", "failed: edgechat: 1 lost, 0 duplicated, 0 reordered"],
    ["raw-one-write", "not run"],
  ]);
});
