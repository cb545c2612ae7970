import { expect, it } from "vitest";
import { WorkQueue } from "./work-queue.ts";

const here = () => false;

it("[SH11] jobs run in order, as many at a time as there are threads", async () => {
  const queue = new WorkQueue(2, 10);
  const order: string[] = [];
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const jobs = gates.map((gate, i) =>
    queue.run(async () => {
      order.push(`start ${i}`);
      await gate.promise;
    }, here),
  );
  await expect.poll(() => order).toEqual(["start 0", "start 1"]);
  gates[1]?.resolve();
  await jobs[1];
  await expect.poll(() => order).toEqual(["start 0", "start 1", "start 2"]);
  for (const gate of gates) gate.resolve();
  await Promise.all(jobs);
});

it("[SH11] one more than may wait is refused with the seconds until there is room", async () => {
  const queue = new WorkQueue(1, 2);
  const gate = Promise.withResolvers<void>();
  const jobs = [1, 2, 3].map(() => queue.run(() => gate.promise, here));
  expect(await queue.run(() => gate.promise, here)).toEqual({ retryAfterSeconds: 1 });
  gate.resolve();
  expect(await Promise.all(jobs)).toEqual([1, 2, 3].map(() => ({ value: undefined })));
  expect(await queue.run(async () => "again", here)).toEqual({ value: "again" });
});

it("[SH11] a job whose caller went away while it waited is not run", async () => {
  const queue = new WorkQueue(1, 10);
  const gate = Promise.withResolvers<void>();
  const first = queue.run(() => gate.promise, here);
  const second = queue.run(expect.unreachable, () => true);
  gate.resolve();
  await first;
  expect(await second).toBe("gone");
});

it("[SH11] a job that fails gives its place to the next", async () => {
  const queue = new WorkQueue(1, 10);
  const failing = queue.run(() => Promise.reject(new Error("broken")), here);
  const next = queue.run(async () => "next", here);
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toEqual({ value: "next" });
});
