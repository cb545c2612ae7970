import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

type Kind = "alone" | "together";

/** Works of one key, in the order in which they were asked for; each notes who was under way when it began. */
async function run(kinds: readonly Kind[], steps: readonly number[]) {
  const turns = new Turns();
  const begun: number[] = [];
  const underWay = new Set<number>();
  const beside = new Map<number, readonly number[]>();
  const works = kinds.map((kind, i) => {
    const done = Promise.withResolvers<void>();
    turns[kind]("key", async () => {
      beside.set(i, [...underWay]);
      underWay.add(i);
      begun.push(i);
      for (let step = steps[i] ?? 0; step > 0; step--) await Promise.resolve();
      underWay.delete(i);
      done.resolve();
    });
    return done.promise;
  });
  await Promise.all(works);
  return { begun, beside };
}

it("[UP4] works begin in their order, and what runs alone has nobody beside it", async () => {
  const kind = fc.constantFrom<Kind>("alone", "together");
  const work = fc.tuple(kind, fc.integer({ min: 0, max: 9 }));
  await fc.assert(
    fc.asyncProperty(fc.array(work, { maxLength: 30 }), async (list) => {
      const kinds = list.map(([which]) => which);
      const { begun, beside } = await run(
        kinds,
        list.map(([, steps]) => steps),
      );
      expect(begun).toEqual(list.map((_, i) => i));
      const crowded = [...beside].filter(([i, others]) => others.length > 0 && kinds[i] === "alone");
      const intruding = [...beside].filter(([, others]) => others.some((other) => kinds[other] === "alone"));
      expect([crowded, intruding]).toEqual([[], []]);
    }),
  );
});

it("[UP4] work begins at once when nothing is before it, and another key waits for nobody", () => {
  const turns = new Turns();
  const begun: string[] = [];
  turns.alone("a", async () => {
    begun.push("a");
    await new Promise(() => {});
  });
  turns.together("b", async () => void begun.push("b"));
  turns.together("a", async () => void begun.push("behind a"));
  expect(begun).toEqual(["a", "b"]);
});
