import { expect, it } from "vitest";
import { BlockCutter } from "./blocks.ts";

type Message = readonly [publisher: string, number: number];
const messages: Message[] = Array.from({ length: 2_000 }, (_, i) => [`p${i % 3}`, Math.floor(i / 3) + 1]);

function cut(list: readonly Message[]) {
  const cutter = new BlockCutter();
  return list.map(([publisher, number]) => cutter.take(publisher, number)).filter((block) => block !== null);
}

it("[LC5] subscribers who came at different times cut alike from the second cut on", () => {
  const whole = cut(messages);
  expect(whole.length).toBeGreaterThan(30);
  for (const late of [1, 50, 333, 1_000]) {
    const blocks = cut(messages.slice(late));
    expect(blocks).toEqual(whole.slice(whole.length - blocks.length));
    expect(blocks.length).toBeGreaterThan(whole.length * (1 - late / messages.length) - 5);
  }
});

it("[LC5] another order within a block is the same set in another order", () => {
  const cuts = cut(messages).map(([key]) => key);
  const at = messages.findIndex(([publisher, number]) => `${publisher}/${number}` === cuts[3]) - 2;
  const [one, two] = messages.slice(at, at + 2);
  if (one === undefined || two === undefined) throw new Error("a block has three messages here");
  const swapped = cut(messages.with(at, two).with(at + 1, one));
  const differing = cut(messages).filter((block, i) => block[3] !== swapped[i]?.[3]);
  expect(differing).toHaveLength(1);
  expect(swapped.map(([key, count, set]) => [key, count, set])).toEqual(
    cut(messages).map((block) => block.slice(0, 3)),
  );
});
