import { expect, it } from "vitest";
import type { DirectMessage } from "../../contracts/gochat.ts";
import { DirectDeliveries } from "./direct-deliveries.ts";

const message = (seq: number, toUserId = 2): DirectMessage => ({
  event: { seq, kind: "message", from: { id: 1, name: "Ann" }, at: 0, messageNo: seq, body: "x" },
  toUserId,
  toUserName: "",
  roomId: 1,
});

it("[GS5] direct messages are handed over one call at a time, in the order of the log, in bounded runs", async () => {
  const calls: [string, number[]][] = [];
  const first = Promise.withResolvers<void>();
  const users = {
    getByName: (name: string) => ({
      deliverDirect: async (messages: readonly DirectMessage[]) => {
        calls.push([name, messages.map(({ event }) => event.seq)]);
        if (calls.length === 1) await first.promise;
      },
    }),
  };
  const deliveries = new DirectDeliveries(users, (seq) => message(seq).event);
  for (let seq = 1; seq <= 300; seq++) deliveries.push(message(seq));
  deliveries.push(message(301, 3));
  expect(calls).toEqual([["2", [1]]]);
  first.resolve();
  await expect.poll(() => calls.at(-1)).toEqual(["3", [301]]);
  expect(calls.flatMap(([, seqs]) => seqs)).toEqual(Array.from({ length: 301 }, (_, i) => i + 1));
  expect(Math.max(...calls.map(([, seqs]) => seqs.length))).toBe(160);
});

it("[ED2] [ED10] what was edited or deleted while it waited is told as it reads then, or not at all", async () => {
  const calls: (string | undefined)[][] = [];
  const first = Promise.withResolvers<void>();
  const now = new Map(Array.from({ length: 4 }, (_, i) => [i + 1, message(i + 1).event]));
  const users = {
    getByName: () => ({
      deliverDirect: async (messages: readonly DirectMessage[]) => {
        calls.push(messages.map(({ event }) => event.body));
        if (calls.length === 1) await first.promise;
      },
    }),
  };
  const deliveries = new DirectDeliveries(users, (seq) => now.get(seq));
  for (let seq = 1; seq <= 3; seq++) deliveries.push(message(seq));
  deliveries.push(message(4, 3));
  const { body: _, ...tombstone } = message(2).event;
  now.set(2, { ...tombstone, deleted: true });
  now.set(3, { ...message(3).event, body: "edited" });
  first.resolve();
  await expect.poll(() => calls).toEqual([["x"], ["edited"], ["x"]]);
});
