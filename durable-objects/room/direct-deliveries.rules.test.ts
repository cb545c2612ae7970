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
  const deliveries = new DirectDeliveries({
    getByName: (name) => ({
      deliverDirect: async (messages) => {
        calls.push([name, messages.map(({ event }) => event.seq)]);
        if (calls.length === 1) await first.promise;
      },
    }),
  });
  for (let seq = 1; seq <= 300; seq++) deliveries.push(message(seq));
  deliveries.push(message(301, 3));
  expect(calls).toEqual([["2", [1]]]);
  first.resolve();
  await expect.poll(() => calls.at(-1)).toEqual(["3", [301]]);
  expect(calls.flatMap(([, seqs]) => seqs)).toEqual(Array.from({ length: 301 }, (_, i) => i + 1));
  expect(Math.max(...calls.map(([, seqs]) => seqs.length))).toBe(160);
});
