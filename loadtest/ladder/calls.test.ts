import { expect, it } from "vitest";
import { BUCKET_BOUNDS_MS, bucketOf, CallTally } from "../model/call-tally.ts";
import { sumCalls } from "./calls.ts";
import { readPerfLog, toPerfLog } from "./perf-log.ts";
import { toRungs } from "./rungs.ts";

function tallyOf(name: string, times: readonly (readonly [tookMs: number, isFailed: boolean])[]) {
  const tally = new CallTally(name);
  for (const [tookMs, isFailed] of times) tally.take(1_000, 1_000 + tookMs, isFailed);
  return tally.report(1);
}

const sums = sumCalls([
  tallyOf("send_message", [
    [3, false],
    [5_001, true],
  ]),
  tallyOf("send_message", [[1, false]]),
  tallyOf("login", [[100, false]]),
  tallyOf("login", []),
]);

it("[LL5] what the virtual users counted adds up to the exact average, least and most, failures included", () => {
  expect(sums.get("send_message")).toMatchObject({ count: 3, err: 1, sumMs: 5_005, minMs: 1, maxMs: 5_001 });
});

it("[LL5] there are thirteen buckets: a time is in the first whose bound it does not exceed", () => {
  expect(BUCKET_BOUNDS_MS).toHaveLength(12);
  expect([0, 1, 2, 3, 5_000, 5_001].map(bucketOf)).toEqual([0, 0, 1, 2, 11, 12]);
  expect(sums.get("send_message")?.buckets).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

it("[LL5] a log has the tester's lines in its order, and two logs can be compared", () => {
  const [rung] = toRungs("monolith", ["chat"], [10], 5);
  const log = rung === undefined ? "" : toPerfLog(rung, sums);
  const lines = log
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ name }) => name)).toEqual(["login", "send_message"]);
  expect(Object.keys(lines[0] ?? {}).slice(0, 9)).toEqual([
    "kind",
    "name",
    "scenario",
    "count",
    "err",
    "avg_ms",
    "min_ms",
    "max_ms",
    "buckets_ms",
  ]);
  expect(readPerfLog(log)).toMatchObject([
    { name: "login", scenario: 108, count: 1, err: 0, avg_ms: 100 },
    { name: "send_message", scenario: 108, count: 3, err: 1, max_ms: 5_001 },
  ]);
});
