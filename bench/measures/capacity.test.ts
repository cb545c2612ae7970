import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { findCapacity } from "./fan-out.ts";
import { readMeasureNames } from "./measures.ts";

test.prop([fc.integer({ min: 20, max: 100_000 })])(
  "[BE5] the capacity that is found holds, and lies within an eighth of the highest that does",
  async (highest) => {
    const found = await findCapacity(async (rate) => rate <= highest);
    expect(found).toBeLessThanOrEqual(highest);
    expect(found).toBeGreaterThan(highest / 1.125 - 1);
  },
);

it("[BE5] where not even ten a second hold there is none, and one that held by luck is lowered", async () => {
  expect(await findCapacity(async () => false)).toBe(0);
  let asked = 0;
  expect(await findCapacity(async (rate) => ++asked <= 5 && rate <= 100)).toBeLessThan(100);
});

it("[BE5] a measure is named by how it begins, and an unknown one is refused with those that there are", () => {
  expect(readMeasureNames(["durable"])).toEqual(["durable-32", "durable-256"]);
  expect(() => readMeasureNames(["fan-out"])).toThrow('there is no measure "fan-out": take some of durable-32');
});
