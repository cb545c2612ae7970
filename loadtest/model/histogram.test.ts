import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { encodeHistogram, type Histogram, mergeInto, quantileOf, record } from "./histogram.ts";

const times = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1 });

test.prop([times, fc.double({ min: 0.01, max: 1, noNaN: true })])(
  "[LC11] a quantile is less than 1 % above the value that it stands for, and never below it",
  (values, q) => {
    const histogram: Histogram = new Map();
    for (const value of values) record(histogram, value);
    const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * q) - 1] ?? 0;
    const ratio = (quantileOf(histogram, q) ?? 0) / exact;
    expect(ratio).toBeGreaterThan(1 - 1e-9);
    expect(ratio).toBeLessThan(1.01 + 1e-9);
  },
);

test.prop([times, times])("[LC11] histograms that were merged are the histogram of all", (one, two) => {
  const [all, merged, other]: Histogram[] = [new Map(), new Map(), new Map()];
  if (all === undefined || merged === undefined || other === undefined) throw new Error("three were made");
  for (const value of [...one, ...two]) record(all, value);
  for (const value of one) record(merged, value);
  for (const value of two) record(other, value);
  mergeInto(merged, encodeHistogram(other));
  expect(merged).toEqual(all);
});

it("[LC11] of nothing there is no quantile", () => {
  expect(quantileOf(new Map(), 0.5)).toBeNull();
});
