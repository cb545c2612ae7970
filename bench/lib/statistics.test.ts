import { expect, it } from "vitest";
import { compare, judge, median, quantile, spread } from "./statistics.ts";

it("[BE1] a quantile is a sample, and the median of an even number lies between two", () => {
  const samples = [5, 1, 4, 2, 3];
  expect([quantile(samples, 0.5), quantile(samples, 0.99), quantile([7], 0.99)]).toEqual([3, 5, 7]);
  expect([median(samples), median([4, 1, 2, 3])]).toEqual([3, 2.5]);
});

it("[BE1] nothing measured is an error and no number", () => {
  expect(() => quantile([], 0.5)).toThrow("nothing was measured");
  expect(() => median([])).toThrow("nothing was measured");
});

it("[BE1] trials are compared in pairs, and not as medians", () => {
  const slowing = compare([10, 20, 30], [12, 24, 45]);
  expect(slowing).toEqual({ monolith: 20, services: 24, ratio: 1.2, low: 1.2, high: 1.5 });
});

it("[BE1] the spread is that of all five, and leaves out outliers of more", () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  expect(spread([3, 1, 2])).toEqual({ low: 1, high: 3 });
  expect(spread(upTo(5))).toEqual({ low: 1, high: 5 });
  expect(spread(upTo(9))).toEqual({ low: 2, high: 8 });
  expect(spread(upTo(15))).toEqual({ low: 4, high: 12 });
});

it("[BE1] a target that lies inside the spread has no verdict", () => {
  const between = (low: number, high: number) => ({ monolith: 1, services: 1, ratio: 1, low, high });
  expect(judge({ ratioMax: 1.5 }, between(1.1, 1.4))).toBe("reached: at most 1.5");
  expect(judge({ ratioMax: 1.5 }, between(1.6, 1.9))).toBe("missed: more than 1.5");
  expect(judge({ ratioMax: 1.5 }, between(1.4, 1.6))).toBe("none: 1.5 is inside the spread");
  expect(judge("equal", between(0.9, 1.1))).toBe("no difference: 1 is inside the spread");
  expect(judge("equal", between(1.1, 1.2))).toBe("differs");
  expect(judge(null, between(1, 2))).toBe("");
});
