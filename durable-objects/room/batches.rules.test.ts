import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CommitQueue } from "./commit-queue.ts";
import { FlushClock } from "./flush-clock.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function createQueue() {
  const batches: string[][] = [];
  const holds: string[] = [];
  const queue = new CommitQueue<string>({
    commit: (items) => {
      batches.push([...items]);
      return () => {};
    },
    sync: async () => undefined,
    hold: async () => {
      holds.push(`before batch ${batches.length + 1}`);
    },
  });
  return { batches, holds, queue };
}

/** Lets promises go as far as they can without a timer. */
async function turn(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

it("[LG1] the first send after a lull is written at once, and those that follow when the thread is idle", async () => {
  const { batches, queue } = createQueue();
  queue.push("a");
  await turn();
  expect(batches).toEqual([["a"]]);
  for (const item of ["b", "c"]) {
    queue.push(item);
    await turn();
  }
  expect(batches).toEqual([["a"]]);
  await vi.advanceTimersByTimeAsync(0);
  expect(batches).toEqual([["a"], ["b", "c"]]);
  await vi.advanceTimersByTimeAsync(2);
  queue.push("d");
  await turn();
  expect(batches.at(-1)).toEqual(["d"]);
});

it("[LG1] a sender is answered, and speaks again, before that is a lull", async () => {
  const { batches, queue } = createQueue();
  queue.push("a");
  await turn();
  await vi.advanceTimersByTimeAsync(0);
  queue.push("b");
  await turn();
  expect(batches).toEqual([["a"]]);
});

it("[P9] senders who never pause get a batch after 25 ms, and the door is closed once so that others are read", async () => {
  const { batches, holds, queue } = createQueue();
  queue.push("a");
  await turn();
  for (let ms = 0; ms <= 26; ms++) {
    vi.setSystemTime(Date.now() + 1);
    queue.push(`at ${ms}`);
    await turn();
  }
  expect(batches.length).toBe(2);
  expect(batches[1]?.length).toBeGreaterThan(24);
  expect(holds).toEqual(["before batch 2"]);
});

it("[CR1] where a flush's timer is late, the next request once it is due does its work", () => {
  let flushes = 0;
  const clock = new FlushClock(
    () => 5,
    () => flushes++,
  );
  clock.request();
  clock.request();
  expect(flushes).toBe(1);
  vi.setSystemTime(Date.now() + 5);
  clock.request();
  expect(flushes).toBe(2);
  vi.advanceTimersByTime(5);
  expect(flushes).toBe(2);
});
