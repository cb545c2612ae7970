import { expect, it } from "vitest";
import { type ChildProcess, Keeper } from "./keeper.ts";

const policy = { waitMsMin: 1, waitMsMax: 4, failedStartsMax: 3 };

/** Children that the test makes ready and ends by hand. */
function createNursery() {
  const lines: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  const children: { ready(isReady: boolean): void; end(reason: string): void }[] = [];
  const start = (): ChildProcess => {
    const ready = Promise.withResolvers<boolean>();
    const ended = Promise.withResolvers<string>();
    children.push({ ready: ready.resolve, end: ended.resolve });
    const end = async () => ended.resolve("stopped");
    return { pid: children.length, ready: ready.promise, ended: ended.promise, end };
  };
  const keeper = new Keeper("child", start, (_, event, fields = {}) => lines.push({ event, fields }), policy);
  const child = async (number: number) => {
    await expect.poll(() => children.length).toBe(number);
    const found = children[number - 1];
    if (found === undefined) throw new Error(`there is no child ${number}`);
    return found;
  };
  return { keeper, child, lines };
}

it("[SH12] a process that ends is started again, and the log says why", async () => {
  const { keeper, child, lines } = createNursery();
  (await child(1)).ready(true);
  await keeper.ready;
  (await child(1)).end("signal SIGSEGV");
  await child(2);
  expect(keeper.pid).toBe(2);
  const fields = { process: "child", pid: 1, reason: "signal SIGSEGV", restartInMs: 1 };
  expect(lines).toContainEqual({ event: "process ended", fields });
  await keeper.stop();
});

it("[SH12] each failed start waits longer, and the last one is given up with its reason", async () => {
  const { keeper, child, lines } = createNursery();
  for (const number of [1, 2, 3]) (await child(number)).end(`exit code ${number}`);
  expect((await keeper.givenUp).message).toBe("child failed 3 times in a row, the last time: exit code 3");
  expect(lines.map(({ fields }) => fields.restartInMs)).toEqual([1, 2]);
  await keeper.stop();
});

it("[SH12] a process that was ready before it ended is never given up", async () => {
  const { keeper, child, lines } = createNursery();
  for (const number of [1, 2, 3, 4, 5]) {
    const current = await child(number);
    current.ready(true);
    await keeper.ready;
    await Promise.resolve();
    current.end("signal SIGKILL");
  }
  await child(6);
  expect(lines.filter(({ event }) => event === "process ended")).toHaveLength(5);
  await keeper.stop();
});

it("[SH13] stop ends the process and starts no other", async () => {
  const { keeper, child, lines } = createNursery();
  await child(1);
  await keeper.stop();
  expect(lines).toEqual([]);
  expect(keeper.pid).toBe(1);
});
