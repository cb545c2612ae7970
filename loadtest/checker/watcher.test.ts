import { expect, it } from "vitest";
import { encodeStamp } from "../model/stamp.ts";
import { Watcher } from "./watcher.ts";

const STEADY_MS = 10_000;

function watch() {
  const isSteady = (_: number, atMs: number) => atMs < STEADY_MS;
  const watcher = new Watcher({ run: "run1", subscriber: "s", channels: ["r1"], fromMs: 0, isSteady });
  const see = (number: number, sentAtMs: number, nowMs: number, step = 1) => {
    const stamp = { run: "run1", step, channel: "r1", publisher: "p", number, sentAtMs };
    watcher.see(JSON.stringify({ msg: encodeStamp(stamp) }), nowMs);
  };
  return { watcher, see };
}

it("[LC8] a message counts with its latency when it was sent in the steady phase, and as arrived when it came in it", () => {
  const { watcher, see } = watch();
  see(1, 9_000, 9_500);
  see(2, 9_500, 12_000);
  see(3, 11_000, 12_500);
  const [line] = watcher.report(1, 1, 13_000);
  expect(line).toMatchObject({ delivered: 3, arrived: 1 });
  expect(line?.latency.filter((_, i) => i % 2 === 1)).toEqual([1, 1]);
  expect([watcher.seenAtMs, watcher.newestSentMs]).toEqual([12_500, 11_000]);
});

it("[LC3] a number behind a greater one is told by its publisher, for the judge to look at", () => {
  const { watcher, see } = watch();
  for (const number of [1, 3, 2, 4]) see(number, 1_000, 2_000);
  expect(watcher.report(1, 1, 3_000)[0]).toMatchObject({ late: { p: [2] }, reordered: 0, duplicated: 0 });
});

it("[LC2] what came of a step that ended before is told too: it may have come twice", () => {
  const { watcher, see } = watch();
  for (let times = 0; times < 2; times++) see(7, 1_000, 2_000, 1);
  const lines = watcher.report(2, 2, 3_000);
  expect(lines.map(({ step, delivered, duplicated }) => [step, delivered, duplicated])).toEqual([
    [1, 2, 1],
    [2, 0, 0],
  ]);
});
