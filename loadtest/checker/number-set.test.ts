import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { NumberSet } from "./number-set.ts";

test.prop([fc.array(fc.integer({ min: 1, max: 40 }))])(
  "[LC2] numbers in any order are what a set of them is, as runs that are apart and ascend",
  (numbers) => {
    const [set, model] = [new NumberSet(), new Set<number>()];
    for (const number of numbers) {
      const expected = model.has(number) ? "again" : number > Math.max(0, ...model) ? "next" : "late";
      expect(set.add(number)).toBe(expected);
      model.add(number);
    }
    const runs = set.runs();
    const spread = runs.flatMap((first, i) =>
      i % 2 === 1 ? [] : Array.from({ length: (runs[i + 1] ?? 0) - first + 1 }, (_, n) => first + n),
    );
    expect(spread).toEqual([...model].toSorted((a, b) => a - b));
    for (let i = 2; i < runs.length; i += 2) expect(runs[i]).toBeGreaterThan((runs[i - 1] ?? 0) + 1);
  },
);

it("[LC2] what comes in order is one run", () => {
  const set = new NumberSet();
  for (let number = 1; number <= 1_000; number++) set.add(number);
  expect(set.runs()).toEqual([1, 1_000]);
});
