import { expect, it } from "vitest";
import { mapParallel } from "./parallel.ts";

it("[OB1] answers stand in the order of the items and no more than the width run at once", async () => {
  let running = 0;
  let most = 0;
  const answers = await mapParallel([5, 4, 3, 2, 1], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running--;
    return item * 10;
  });
  expect(answers).toEqual([50, 40, 30, 20, 10]);
  expect(most).toBe(2);
});

it("[OB1] nothing to do is done at once", async () => {
  expect(await mapParallel([], 4, async () => 1)).toEqual([]);
});
