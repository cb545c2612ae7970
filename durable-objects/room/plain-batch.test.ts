import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Outgoing } from "../../contracts/services.ts";
import { freshNumber } from "../lib/test-people.ts";
import { EventLog } from "./event-log.ts";
import { People } from "./people.ts";

const ANN = { id: 1, name: "Ann" };
const BOB = { id: 2, name: "Bob" };

type Log = {
  readonly log: EventLog;
  readonly append: (messages: readonly Outgoing[], from?: typeof ANN) => readonly unknown[];
};

/** A log on real storage, without a room around it. */
async function withLog(act: (log: Log) => void): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
    const log = new EventLog(storage, new People(storage.sql), "e");
    act({
      log,
      append: (messages, from = ANN) =>
        log
          .append(
            messages.map((message) => ({ from, message })),
            1_000,
          )
          .map((reply) => (reply.ok ? [reply.value.seq, reply.value.duplicate] : reply.failure)),
    });
  });
}

const numbered = (count: number, prefix = "") =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}`, body: `${prefix} says ${i}` }));

it("[LG1] any number of plain messages are written in order, as they would be one by one", async () => {
  await withLog(({ log, append }) => {
    let seq = 0;
    for (const count of [1, 2, 3, 31, 32, 33, 100]) {
      const replies = append(numbered(count, `batch of ${count}`));
      expect(replies).toEqual(Array.from({ length: count }, () => [++seq, false]));
    }
    const { events } = log.page({ before: log.head + 1, limit: 200 });
    const inMemory = log.page({ after: log.head - events.length, limit: 200 }).events;
    expect(events).toEqual(inMemory);
    expect(events.at(-1)).toEqual({
      seq: 202,
      kind: "message",
      from: ANN,
      at: 1_000,
      messageNo: 202,
      body: "batch of 100 says 99",
    });
  });
});

it("[LG3] an id that comes again, in a later batch or in the same one, is the message that it was", async () => {
  await withLog(({ log, append }) => {
    append(numbered(40));
    const again = append([
      { id: "new", body: "new" },
      ...numbered(2),
      { id: "0", body: "other words" },
      ...numbered(1),
    ]);
    expect(again).toEqual([[41, false], [1, true], [2, true], "conflict", [1, true]]);
    const twice = append([...numbered(1, "x"), ...numbered(1, "x"), ...numbered(1, "y")]);
    expect(twice).toEqual([
      [42, false],
      [42, true],
      [43, false],
    ]);
    expect(log.head).toBe(43);
    expect(log.messages).toBe(43);
  });
});

it("[LG3] an id belongs to its sender", async () => {
  await withLog(({ append }) => {
    append(numbered(3));
    expect(append(numbered(3), BOB)).toEqual([
      [4, false],
      [5, false],
      [6, false],
    ]);
  });
});
