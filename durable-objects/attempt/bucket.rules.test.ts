import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { type Bucket, spentAt, WINDOW_MS, waitMs } from "./bucket.ts";

it("[AT1] the limit fits at once and the next one waits for its share of the window", () => {
  expect(waitMs({ spent: 9, atMs: 0 }, 10, 0)).toBe(0);
  expect(waitMs({ spent: 10, atMs: 0 }, 10, 0)).toBe(WINDOW_MS / 10);
});

it("[AT1] a whole window gives everything back", () => {
  expect(spentAt({ spent: 10, atMs: 1_000 }, 10, 1_000 + WINDOW_MS)).toBe(0);
});

it("[AT1] a clock that goes back gives nothing back", () => {
  expect(spentAt({ spent: 3, atMs: 5_000 }, 10, 1_000)).toBe(3);
});

it("[AT1] a window takes no more than the limit at once plus the limit that comes back", () => {
  const perWindow = fc.integer({ min: 1, max: 200 });
  const pauses = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 });
  fc.assert(
    fc.property(perWindow, pauses, (max, list) => {
      const taken = takeGreedily(max, list);
      const busiest = Math.max(
        0,
        ...taken.map((start) => taken.filter((at) => at >= start && at < start + WINDOW_MS).length),
      );
      expect(busiest).toBeLessThanOrEqual(2 * max);
    }),
  );
});

it("[AT1] whoever waits as told fits", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(200), fc.nat(WINDOW_MS), (max, spent, now) => {
      const bucket: Bucket = { spent: Math.min(spent, max), atMs: 0 };
      expect(waitMs(bucket, max, now + waitMs(bucket, max, now))).toBe(0);
    }),
  );
});

function takeGreedily(perWindow: number, pauses: readonly number[]): readonly number[] {
  let bucket: Bucket = { spent: 0, atMs: 0 };
  let now = 0;
  const taken: number[] = [];
  for (const pause of pauses) {
    now += pause;
    if (waitMs(bucket, perWindow, now) > 0) continue;
    bucket = { spent: spentAt(bucket, perWindow, now) + 1, atMs: now };
    taken.push(now);
  }
  return taken;
}
