import { expect, it } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import type { SendOf } from "../../../contracts/objects.ts";
import { ok, type Reply } from "../../../contracts/reply.ts";
import type { Sent } from "../../../contracts/services.ts";
import { SendLanes } from "./send-lanes.ts";

const who = (sessionId: string): Identity => ({ userId: 1, sessionId, expiresAtMs: 0, kind: "user" });
const bodiesOf = (sends: readonly SendOf[]) => sends.map(({ message }) => message.body);

/** Lanes to rooms of the test's own: each call stays open until the test answers it. */
function createBench() {
  const calls: { readonly sends: readonly SendOf[]; readonly answer: () => void; readonly break: () => void }[] = [];
  const sendMany = (sends: readonly SendOf[]) =>
    new Promise<readonly Reply<Sent>[]>((resolve, reject) => {
      const answer = () => resolve(sends.map((_, i) => ok({ epoch: "e", seq: i + 1, at: 0, duplicate: false })));
      calls.push({ sends, answer, break: () => reject(new Error("gone")) });
    });
  const lanes = new SendLanes({ getByName: () => ({ sendMany }) });
  const send = (session: string, body: string) => lanes.send("1", who(session), { body });
  return { calls, send, batches: () => calls.map(({ sends }) => bodiesOf(sends)) };
}

it("[UP5] sends of one turn share a call, and what comes meanwhile of a busy session waits for it", async () => {
  const { calls, send, batches } = createBench();
  void send("a", "a1");
  void send("b", "b1");
  void send("a", "a2");
  await expect.poll(() => calls.length).toBe(1);
  void send("a", "a3");
  void send("c", "c1");
  void send("a", "a4");
  await expect.poll(() => calls.length).toBe(2);
  expect(batches()).toEqual([["a1", "a2", "b1"], ["c1"]]);
  calls[0]?.answer();
  await expect.poll(() => batches()[2]).toEqual(["a3", "a4"]);
});

it("[UP5] no more than four calls of a room are under way, and a call is bounded", async () => {
  const { calls, send, batches } = createBench();
  for (let i = 0; i < 5; i++) {
    void send(`s${i}`, `${i}`);
    await Promise.resolve();
  }
  expect(calls.length).toBe(4);
  for (let i = 0; i < limits.UPLINK_BATCH_SENDS_MAX; i++) void send("s5", `more ${i}`);
  calls[0]?.answer();
  await expect.poll(() => batches()[4]?.length).toBe(limits.UPLINK_BATCH_SENDS_MAX);
});

it("[UP5] a call without an answer is unavailable to its senders, and the next ones go on", async () => {
  const { calls, send } = createBench();
  const broken = send("a", "1");
  await expect.poll(() => calls.length).toBe(1);
  calls[0]?.break();
  expect(await broken).toMatchObject({ failure: "unavailable" });
  const next = send("a", "2");
  await expect.poll(() => calls.length).toBe(2);
  calls[1]?.answer();
  expect(await next).toMatchObject({ ok: true });
});

it("[UP5] more sends than the queue holds are refused at once", async () => {
  const { send } = createBench();
  for (let i = 0; i < limits.QUEUE_SENDS_MAX; i++) void send("a", "x");
  expect(await send("a", "one more")).toMatchObject({ failure: "busy", retryAfterMs: 1_000 });
});
