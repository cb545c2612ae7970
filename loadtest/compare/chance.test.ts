import { expect, it } from "vitest";
import type { Run } from "../model/run.ts";
import { sampleHttp, sampleRow, sampleRun, sampleTrial } from "../report/sample-run.ts";
import { beyondChance, chanceAbove, chanceOfAtLeast } from "./chance.ts";
import { compareRuns, isWorse } from "./comparison.ts";

const STEPS = 10;

/** Ten steps of so many trials, whose times and rates are noise around the same values. */
function noisyRun(trials: number, random: () => number, slower = 1): Run {
  const time = (ms: number) => ms * slower * (0.7 + 0.6 * random());
  const http = () =>
    sampleHttp({ requestsPerSecond: time(900), p50: time(4), p90: time(9), p95: time(12), p99: time(30) });
  const rows = () => Array.from({ length: STEPS }, (_, i) => sampleRow({ step: i + 1, vus: i + 1, http: http() }));
  return sampleRun({ trials: Array.from({ length: trials }, (_, i) => sampleTrial(rows(), i + 1)) });
}

/** Always the same numbers (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it("[LP16] spreads of three trials lie apart by chance in 1 of 20, of five in 1 of 252, each way", () => {
  expect(chanceAbove(3, 3)).toBeCloseTo(1 / 20);
  expect(chanceAbove(5, 5)).toBeCloseTo(1 / 252);
  // The spread of nine leaves out the least and the greatest: 82 of all orders, counted one by one.
  expect(chanceAbove(9, 9)).toBeCloseTo(82 / 48_620, 10);
});

it("[LP16] what is told is what is beyond chance among all that was looked at", () => {
  expect(chanceOfAtLeast(2, 10, 1 / 252)).toBeCloseTo(0.0007, 4);
  expect(chanceOfAtLeast(0, 10, 1 / 252)).toBe(1);
  const chances = new Map(Object.entries({ p50: 0.02, p95: 0.001, p99: 0.03, rate: 0.9 }));
  expect([...beyondChance(chances)]).toEqual(["p95"]);
});

it("[LP16] a server against itself is hardly ever worse, and one that is slower is", () => {
  const random = createRandom(7);
  const found = Array.from({ length: 200 }, () => isWorse(compareRuns(noisyRun(5, random), noisyRun(5, random))));
  expect(found.filter(Boolean).length).toBeLessThanOrEqual(200 * 0.05);
  expect(isWorse(compareRuns(noisyRun(5, random), noisyRun(5, random, 2)))).toBe(true);
});
