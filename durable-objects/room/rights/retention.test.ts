import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Retention } from "../../../contracts/rooms.ts";
import { freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { EventLog } from "../event-log.ts";
import { People } from "../people.ts";
import { Room } from "../room.ts";
import { ANN } from "../test-bench.ts";
import { withLog } from "../test-changes.ts";
import { join } from "../test-room.ts";
import { CUT_EVENTS_MAX } from "./log-start.ts";

const MINUTE_MS = 60_000;
const FOREVER: Retention = { maxAgeSeconds: null, maxMessages: null };

afterEach(() => void vi.useRealTimers());

/** A room whose owner wants it to keep so much and no more. */
async function openRoom(retention: Partial<Retention>) {
  const name = freshRoom();
  const ann = await signIn("Ann");
  const { epoch } = valueIn(await roomOf(name).create(ann, "listed"));
  await retain(name, retention);
  return { name, room: roomOf(name), ann, epoch };
}

/** Gives a room its rule; its next life goes by it. */
async function retain(name: string, retention: Partial<Retention>): Promise<void> {
  const profile = JSON.stringify({ retention: { ...FOREVER, ...retention } });
  await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    storage.sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES ('profile', ?)", profile);
  });
  await evictDurableObject(env.ROOM.getByName(name));
}

async function say(name: string, by: Identity, count: number): Promise<void> {
  for (let i = 0; i < count; i++) valueIn(await roomOf(name).send(by, { body: `text ${i}`, id: `${count} ${i}` }));
}

const pageOf = async (name: string, by: Identity, after = 0) =>
  valueIn(await roomOf(name).history(by, { after, limit: limits.PAGE_MAX }));

const seqsOf = (events: readonly { readonly seq: number }[]) => events.map(({ seq }) => seq);

/** When the room looks for what is too old, null for never. */
const dueOf = (name: string) =>
  runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    const [job] = storage.sql.exec<{ due_at: number }>("SELECT due_at FROM job WHERE kind = 'retention'");
    return job?.due_at ?? null;
  });

const wake = (name: string) => runInDurableObject(env.ROOM.getByName(name), (object) => object.alarm());

describe("a room that keeps a number of messages", () => {
  it("[RI1] has cut all others when a tenth too many are there, and goes on counting", async () => {
    const { name, room, ann } = await openRoom({ maxMessages: 20 });
    await say(name, ann, 22);
    expect(await pageOf(name, ann)).toMatchObject({ first: 1, after: 0 });
    await say(name, ann, 1);
    const page = await pageOf(name, ann);
    expect(page).toMatchObject({ first: 4, after: 3, head: 23, more: false });
    expect(seqsOf(page.events)).toEqual(Array.from({ length: 20 }, (_, i) => i + 4));
    expect(valueIn(await room.describe(ann))).toMatchObject({ first: 4, head: 23, messages: 23 });
    expect(await room.send(ann, { body: "next" })).toMatchObject({ value: { seq: 24 } });
    expect((await pageOf(name, ann, 23)).events).toMatchObject([{ seq: 24, messageNo: 24 }]);
  });

  it("[RI1] cuts with a message everything that hangs on it, and with the changes before the first message kept", async () => {
    const { name, room, ann } = await openRoom({});
    await say(name, ann, 1);
    await room.change(ann, { type: "edit", seq: 1, body: "new" });
    await room.change(ann, { type: "react", seq: 1, emoji: "👍", on: true });
    await say(name, ann, 2);
    await retain(name, { maxMessages: 1 });
    await say(name, ann, 3);
    const rows = await runInDurableObject(env.ROOM.getByName(name), (_, { storage: { sql } }) =>
      ["event", "version", "reaction", "sent"].map((table) =>
        Number(sql.exec(`SELECT COUNT(*) AS n FROM ${table}`).one().n),
      ),
    );
    expect(rows).toEqual([1, 0, 0, 6]);
    expect(await pageOf(name, ann)).toMatchObject({ first: 8, head: 8, events: [{ seq: 8, messageNo: 6 }] });
    for (const change of [{ type: "edit", seq: 1, body: "x" } as const, { type: "delete", seq: 1 } as const]) {
      expect(await room.change(ann, change)).toMatchObject({ failure: "notFound" });
    }
    expect(await room.versions(ann, { seq: 1, after: 0, limit: 1 })).toMatchObject({ failure: "notFound" });
    expect(await room.send(ann, { body: "x", replyTo: 1 })).toMatchObject({ failure: "badRequest" });
  });

  it("[RI1] cuts to the number at once when the rule is another one", async () => {
    const { name, ann } = await openRoom({ maxMessages: 20 });
    await say(name, ann, 22);
    await runInDurableObject(env.ROOM.getByName(name), async (_, ctx) => {
      const room = new Room(ctx, env, name);
      room.meta.patch({ retention: { ...FOREVER, maxMessages: 19 } });
      room.record({ id: ann.userId, name: "Ann" }, { kind: "room", room: { title: "New" } });
      expect([room.log.first, room.log.head, room.log.retained]).toEqual([4, 23, 19]);
    });
    await evictDurableObject(env.ROOM.getByName(name));
    expect(await pageOf(name, ann)).toMatchObject({ first: 4, head: 23 });
  });

  it("[RI1] keeps what was there before the first message, as long as no message is too many", async () => {
    const { name, ann } = await openRoom({ maxMessages: 2 });
    await runInDurableObject(env.ROOM.getByName(name), async (_, ctx) => {
      const room = new Room(ctx, env, name);
      const by = { id: ann.userId, name: "Ann" };
      room.record(by, { kind: "room", room: { title: "New" } });
      room.log.append([{ from: by, message: { body: "one" } }], Date.now());
      room.record(by, { kind: "room", room: { title: "Newer" } });
      expect([room.log.first, room.log.head]).toEqual([1, 3]);
      room.meta.patch({ retention: { ...FOREVER, maxMessages: 1 } });
      room.record(by, { kind: "room", room: { title: "Newest" } });
      expect([room.log.first, room.log.head]).toEqual([1, 4]);
    });
  });

  it("[RI2] [LG3] knows the ids of what was cut, also after eviction", async () => {
    const { name, room, ann } = await openRoom({ maxMessages: 1 });
    await say(name, ann, 3);
    for (let i = 0; i < 2; i++) {
      expect(await room.send(ann, { body: "text 0", id: "3 0" })).toMatchObject({ value: { seq: 1, duplicate: true } });
      expect(await room.send(ann, { body: "other", id: "3 0" })).toMatchObject({ failure: "conflict" });
      expect(await pageOf(name, ann)).toMatchObject({ first: 3, head: 3 });
      await evictDurableObject(env.ROOM.getByName(name));
    }
  });

  it("[RI3] who keeps up gets what is cut at once all the same", async () => {
    const { name, room, ann } = await openRoom({ maxMessages: 1 });
    const { socket } = await join(name, ann);
    await Promise.all(Array.from({ length: 30 }, (_, i) => room.send(ann, { body: `text ${i}` })));
    const seqs: number[] = [];
    while (seqs.at(-1) !== 30) {
      const { after, events } = await socket.next("events");
      expect(after).toBe(seqs.at(-1) ?? 0);
      seqs.push(...seqsOf(events));
    }
    expect(seqs).toHaveLength(30);
    expect(await pageOf(name, ann)).toMatchObject({ first: 30, events: [{ seq: 30 }] });
  });

  it("[RI4] whose reader lags behind a cut tells it so, and goes on at the first", async () => {
    const { name, room, ann } = await openRoom({ maxMessages: 5 });
    const { socket } = await join(name, ann);
    const body = "x".repeat(limits.BODY_BYTES_MAX);
    for (let i = 0; i < 30; i++) valueIn(await room.send(ann, { body }));
    const { seq } = await socket.next("lagging");
    const { first } = await pageOf(name, ann);
    expect(first).toBeGreaterThan(seq + 1);
    socket.send({ type: "ack", seq });
    expect(await socket.next("truncated")).toEqual({ type: "truncated", from: seq + 1, to: first - 1 });
    expect((await socket.next("events")).after).toBe(first - 1);
  });

  it("[RI4] [NW3] a resume from before the cut is truncated, one from the cut on is whole", async () => {
    const { name, ann, epoch } = await openRoom({ maxMessages: 3 });
    await say(name, ann, 6);
    for (let i = 0; i < 2; i++) {
      const late = await join(name, ann, { epoch, seq: 1 });
      expect(await late.socket.next("truncated")).toEqual({ type: "truncated", from: 2, to: 3 });
      expect(seqsOf((await late.socket.next("events")).events)).toEqual([4, 5, 6]);
      const whole = await join(name, ann, { epoch, seq: 3 });
      expect(await whole.socket.next("resumed")).toEqual({ type: "resumed", from: 4, to: 6 });
      await evictDurableObject(env.ROOM.getByName(name));
    }
  });
});

describe("a room that keeps messages for a time", () => {
  it("[RI1] wakes for the oldest, is empty then, goes on counting, and wakes for nothing while it is empty", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { name, room, ann } = await openRoom({ maxAgeSeconds: 600 });
    await say(name, ann, 3);
    const due = await dueOf(name);
    expect(due).toBeGreaterThan(Date.now() + 9 * MINUTE_MS);
    vi.setSystemTime((due ?? 0) + 1_000);
    await wake(name);
    for (let i = 0; i < 2; i++) {
      expect(await pageOf(name, ann)).toMatchObject({ first: 4, after: 3, head: 3, more: false, events: [] });
      expect(await room.history(ann, { before: 99, limit: 9 })).toMatchObject({ value: { events: [], more: false } });
      expect(valueIn(await room.describe(ann))).toMatchObject({ first: 4, head: 3, messages: 3 });
      expect(await dueOf(name)).toBeNull();
      await evictDurableObject(env.ROOM.getByName(name));
    }
    await say(name, ann, 4);
    expect(await pageOf(name, ann)).toMatchObject({ head: 7, events: [{ seq: 4, messageNo: 4 }, {}, {}, {}] });
    expect(await dueOf(name)).toBeGreaterThan(Date.now() + 9 * MINUTE_MS);
    await wake(name);
    expect(await pageOf(name, ann)).toMatchObject({ first: 4, head: 7 });
  });

  it("[RI1] cuts again a minute later at the earliest", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { name, ann } = await openRoom({ maxAgeSeconds: 60 });
    const beganMs = Date.now();
    await say(name, ann, 1);
    vi.setSystemTime(beganMs + 30_000);
    await say(name, ann, 2);
    vi.setSystemTime(beganMs + 61_000);
    await wake(name);
    expect(await pageOf(name, ann)).toMatchObject({ first: 2 });
    expect(await dueOf(name)).toBeGreaterThanOrEqual(beganMs + 61_000 + MINUTE_MS);
    vi.setSystemTime(beganMs + 61_000 + MINUTE_MS);
    await wake(name);
    expect(await pageOf(name, ann)).toMatchObject({ first: 4, head: 3 });
  });

  it("[RI1] an age that nobody lives to see is no alarm that the platform refuses", async () => {
    const { name, ann } = await openRoom({ maxAgeSeconds: Number.MAX_SAFE_INTEGER });
    await say(name, ann, 1);
    expect(await dueOf(name)).toBeGreaterThan(Date.now());
    const alarm = await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => storage.getAlarm());
    expect(alarm).not.toBeNull();
  });
});

describe("the log", () => {
  it("[RI1] is cut in bounded runs, each of them whole", async () => {
    await withLog((log, storage) => {
      const entries = Array.from({ length: 1_000 }, () => ({ from: ANN, message: { body: "x" } }));
      for (let i = 0; i < 6; i++) log.append(entries, 5);
      expect(log.cut({ atMs: 5, messageNo: 0 })).toBe(true);
      expect([log.first, log.head, log.retained]).toEqual([CUT_EVENTS_MAX + 1, 6_000, 1_000]);
      const reopened = new EventLog(storage, new People(storage.sql), "e");
      expect([reopened.first, reopened.retained]).toEqual([log.first, log.retained]);
      storage.sql.exec("CREATE TRIGGER poison BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'no'); END");
      expect(() => log.cut({ atMs: 5, messageNo: 0 })).toThrow("no");
      expect([log.first, log.page({ after: 0, limit: 1 }).events[0]?.seq]).toEqual([5_001, 5_001]);
      storage.sql.exec("DROP TRIGGER poison");
      expect(log.cut({ atMs: 5, messageNo: 0 })).toBe(false);
      expect([log.first, log.head, log.messages, log.retained]).toEqual([6_001, 6_000, 6_000, 0]);
      expect([log.messageNoAt(3), log.messageNoAt(6_000), log.reaches(5_999), log.reaches(6_000)]).toEqual([
        6_000,
        6_000,
        false,
        true,
      ]);
      expect(log.append([{ from: ANN, message: { body: "y" } }], 0)).toMatchObject([{ value: { seq: 6_001, at: 5 } }]);
      expect(log.after(6_000, 9, 999)).toMatchObject([{ event: { seq: 6_001, messageNo: 6_001 } }]);
    });
  });

  it("[RI1] [LG6] that was full takes messages again once it is cut", async () => {
    await withLog((log, storage) => {
      const entry = { from: ANN, message: { body: "x".repeat(30_000) } };
      for (let i = 0; i < 50; i++) log.append([entry], i);
      const before = storage.sql.databaseSize;
      log.cut({ atMs: 48, messageNo: 0 });
      expect(storage.sql.databaseSize).toBeLessThan(before / 5);
    });
  });
});
