import { expect, it } from "vitest";
import { Latencies } from "./latencies.ts";

it("[BE5] a quantile is the time within which that share was over, to a tenth of a millisecond", () => {
  const latencies = new Latencies();
  expect(latencies.quantile(0.5)).toBe(Number.POSITIVE_INFINITY);
  for (let ms = 1; ms <= 100; ms++) latencies.note(ms + 0.04);
  expect([latencies.quantile(0.5), latencies.quantile(0.99), latencies.quantile(1)]).toEqual([50, 99, 100]);
  latencies.clear();
  latencies.note(1e9);
  latencies.note(-1);
  expect([latencies.quantile(0.5), latencies.quantile(1), latencies.total]).toEqual([0, 20_000, 2]);
});
