import { expect, it } from "vitest";
import { beginTrace, type Trace } from "../../contracts/trace.ts";
import { currentTrace, inTrace } from "../../contracts/trace-context.ts";
import { CommitQueue } from "./commit-queue.ts";
import { FlushClock } from "./flush-clock.ts";

const trace = beginTrace("r1", "");

it("[TR6] a batch is committed for everybody in it, not under the name of the first", async () => {
  const during = Promise.withResolvers<Trace | undefined>();
  const queue = new CommitQueue<string>({
    commit: () => () => during.resolve(currentTrace()),
    sync: async () => undefined,
    hold: (work) => work(),
  });
  inTrace(trace, () => queue.push("a send"));
  expect(await during.promise).toBeUndefined();
});

it("[TR6] a flush goes to everybody, whether it leaves at once or by the timer", async () => {
  const flushes: (Trace | undefined)[] = [];
  const timed = Promise.withResolvers<void>();
  const clock = new FlushClock(
    () => 1,
    () => {
      flushes.push(currentTrace());
      if (flushes.length === 2) timed.resolve();
    },
  );
  inTrace(trace, () => clock.request());
  inTrace(trace, () => clock.request());
  await timed.promise;
  expect(flushes).toEqual([undefined, undefined]);
});
