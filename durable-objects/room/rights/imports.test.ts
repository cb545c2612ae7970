import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import type { ExportHead } from "../../../contracts/rooms.ts";
import { freshNumber, freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { rowsOf } from "../test-deletion.ts";
import { connect, join } from "../test-room.ts";

type Export = { readonly head: ExportHead; readonly events: readonly RoomEvent[] };

afterEach(() => void vi.useRealTimers());

const makeAdmin = ({ userId }: Identity) => env.USER.getByName(String(userId)).makeAdmin();

async function exportOf(name: string, by: Identity): Promise<Export> {
  const head = valueIn(await roomOf(name).exportHead(by));
  const { events } = valueIn(await roomOf(name).history(by, { after: head.first - 1, limit: limits.PAGE_MAX }));
  return { head, events };
}

async function importAs(name: string, by: Identity, { head, events }: Export, keepAuthors = false) {
  const room = roomOf(name);
  const begun = await room.beginImport(by, head, keepAuthors);
  if (!begun.ok) return begun;
  const added = await room.importEvents(by, events);
  return added.ok ? room.finishImport(by) : added;
}

/** A room of Ann's in which everything happened that an export can tell; Bob is a guest there. */
async function livelyRoom() {
  const name = freshRoom();
  const [ann, bob] = [await signIn("Ann"), await signIn("Bob")];
  const room = roomOf(name);
  valueIn(await room.create(ann, "unlisted"));
  for (const body of ["one", "two", "three"]) valueIn(await room.send(bob, { body, stamp: { id: body } }));
  valueIn(await room.send(ann, { body: "answer", replyTo: 1 }));
  for (const body of ["two b", "two c"]) valueIn(await room.change(bob, { type: "edit", seq: 2, body }));
  valueIn(await room.change(ann, { type: "react", seq: 2, emoji: "👍", on: true }));
  valueIn(await room.change(ann, { type: "delete", seq: 3 }));
  await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    storage.sql.exec("INSERT INTO pin (seq, actor, at) VALUES (1, ?, 5)", ann.userId);
  });
  return { name, room, ann, bob };
}

describe("an import", () => {
  it("[RI15] whose end fails is no room yet, and can be finished again", async () => {
    const { name, ann } = await livelyRoom();
    const exported = await exportOf(name, ann);
    const target = freshRoom();
    const room = roomOf(target);
    valueIn(await room.beginImport(ann, exported.head, false));
    valueIn(await room.importEvents(ann, exported.events));
    const sql = (text: string) =>
      runInDurableObject(env.ROOM.getByName(target), (_, { storage }) => void storage.sql.exec(text));
    await sql("CREATE TRIGGER poison BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'no'); END");
    await room.finishImport(ann).catch(() => null);
    expect(await room.describe(ann)).toMatchObject({ failure: "notFound" });
    await sql("DROP TRIGGER poison");
    expect(await room.finishImport(ann)).toMatchObject({ value: { role: "owner", members: 1 } });
  });

  it("[RI15] reads like what was exported but for room, epoch, owner and ids, from memory and after eviction", async () => {
    const { name, ann, bob } = await livelyRoom();
    const before = await exportOf(name, ann);
    const copy = freshRoom();
    expect(await importAs(copy, ann, before)).toMatchObject({
      value: { room: copy, role: "owner", head: 8, messages: 4 },
    });
    const local = (text: string) => text.replaceAll(`"id":${bob.userId},`, `"id":${-bob.userId},`);
    for (let i = 0; i < 2; i++) {
      const after = await exportOf(copy, ann);
      expect(after.events).toEqual(JSON.parse(local(JSON.stringify(before.events))));
      const { epoch, room: _, people, members, ...same } = after.head;
      expect(before.head).toMatchObject(same);
      expect(epoch).not.toBe(before.head.epoch);
      expect([members, people.map(({ userId, role }) => [userId, role])]).toEqual([1, [[ann.userId, "owner"]]]);
      await evictDurableObject(env.ROOM.getByName(copy));
    }
  });

  it("[RI15] goes on behind the last seq: messages are edited, counted and sent on", async () => {
    const { name, ann } = await livelyRoom();
    const copy = freshRoom();
    valueIn(await importAs(copy, ann, await exportOf(name, ann)));
    const { socket, welcome } = await join(copy, ann);
    expect(welcome).toMatchObject({ seq: 8, you: { read: 8, unread: 0 } });
    expect(await roomOf(copy).change(ann, { type: "edit", seq: 4, body: "mine still" })).toMatchObject({
      value: { seq: 9 },
    });
    expect(await roomOf(copy).send(ann, { body: "next" })).toMatchObject({ value: { seq: 10 } });
    expect(await socket.next("events")).toMatchObject({ after: 8, events: [{ seq: 9, kind: "edit" }] });
    const { events } = valueIn(await roomOf(copy).history(ann, { after: 9, limit: 1 }));
    expect(events).toMatchObject([{ seq: 10, messageNo: 5 }]);
    const resumed = await join(copy, ann, { epoch: welcome.epoch, seq: 2 });
    const seqs: number[] = [];
    while (seqs.at(-1) !== 10) seqs.push(...(await resumed.socket.next("events")).events.map(({ seq }) => seq));
    expect(seqs).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("[RI15] of a room that was cut begins where that began, also when nothing was left of it", async () => {
    const { name, ann } = await livelyRoom();
    const all = await exportOf(name, ann);
    const rest = { head: { ...all.head, first: 4, pins: [] }, events: all.events.slice(3) };
    const copy = freshRoom();
    expect(await importAs(copy, ann, rest)).toMatchObject({ value: { first: 4, head: 8, messages: 4 } });
    expect((await exportOf(copy, ann)).events.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8]);
    const empty = { head: { ...all.head, first: 9, pins: [] }, events: [] };
    const hollow = freshRoom();
    expect(await importAs(hollow, ann, empty)).toMatchObject({ value: { first: 9, head: 8, messages: 4 } });
    for (const room of [copy, hollow]) {
      await evictDurableObject(env.ROOM.getByName(room));
      expect(await roomOf(room).send(ann, { body: "next" })).toMatchObject({ value: { seq: 9 } });
      const { events } = valueIn(await roomOf(room).history(ann, { after: 8, limit: 1 }));
      expect(events).toMatchObject([{ messageNo: 5 }]);
    }
  });

  it("[RI16] [P5] speaks for nobody but the importer: ids of others are below 0, unless an administrator keeps them", async () => {
    const { name, ann, bob } = await livelyRoom();
    const file = await exportOf(name, ann);
    const mine = freshRoom();
    valueIn(await importAs(mine, bob, file));
    const authors = async (room: string, by: Identity) =>
      (await exportOf(room, by)).events.map(({ from }) => from).slice(2, 4);
    expect(await authors(mine, bob)).toEqual([
      { id: bob.userId, name: "Bob" },
      { id: -ann.userId, name: "Ann" },
    ]);
    expect(await roomOf(mine).change(ann, { type: "edit", seq: 4, body: "not mine" })).toMatchObject({
      failure: "forbidden",
    });
    expect(await importAs(freshRoom(), bob, file, true)).toMatchObject({ failure: "forbidden" });
    const admin = await signIn("Admin");
    await makeAdmin(admin);
    const kept = freshRoom();
    valueIn(await importAs(kept, admin, file, true));
    expect(await authors(kept, admin)).toEqual([
      { id: bob.userId, name: "Bob" },
      { id: ann.userId, name: "Ann" },
    ]);
    expect(valueIn(await roomOf(kept).describe(admin))).toMatchObject({ members: 1, role: "owner" });
  });

  it("[RI10] is forgotten by authors whose ids were kept when they are erased, before it and after it", async () => {
    const { name, ann, bob } = await livelyRoom();
    const file = await exportOf(name, ann);
    const admin = await signIn("Admin");
    await makeAdmin(admin);
    const copy = freshRoom();
    valueIn(await importAs(copy, admin, file, true));
    for (const { userId } of [ann, bob]) await env.USER.getByName(String(userId)).erase();
    const late = freshRoom();
    valueIn(await importAs(late, admin, file, true));
    for (const room of [copy, late]) {
      const events = () => exportOf(room, admin).then((kept) => JSON.stringify(kept.events));
      await expect.poll(events).not.toMatch(/"(Ann|Bob|one|two c|answer)"/);
    }
  });

  it("[RI15] keeps to the retention that it brings along", async () => {
    const { name, ann } = await livelyRoom();
    const { head, events } = await exportOf(name, ann);
    const copy = freshRoom();
    const retention = { maxAgeSeconds: null, maxMessages: 1 };
    expect(await importAs(copy, ann, { head: { ...head, retention }, events })).toMatchObject({ value: { first: 4 } });
    expect((await exportOf(copy, ann)).events.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8]);
  });
});

describe("before it is finished", () => {
  it("[RI17] nobody sees it, the importer neither", async () => {
    const { name, ann, bob } = await livelyRoom();
    const { head, events } = await exportOf(name, ann);
    const copy = freshRoom();
    const room = roomOf(copy);
    valueIn(await room.beginImport(ann, head, false));
    valueIn(await room.importEvents(ann, events));
    for (const who of [ann, bob]) {
      for (const asked of [
        room.describe(who),
        room.history(who, { after: 0, limit: 9 }),
        room.send(who, { body: "x" }),
        room.exportHead(who),
        room.enter(who, "x"),
        room.members(who),
      ]) {
        expect(await asked).toMatchObject({ failure: "notFound" });
      }
      await expect(connect(copy, who)).rejects.toThrow("404");
    }
    expect(await room.delete(ann)).toEqual({ ok: true, value: false });
    for (const asked of [room.importEvents(bob, []), room.finishImport(bob)]) {
      expect(await asked).toMatchObject({ failure: "notFound" });
    }
  });

  it("[RI17] its name is taken for others until it is given up, and a fresh start of its user wipes it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { name, ann, bob } = await livelyRoom();
    const file = await exportOf(name, ann);
    const copy = freshRoom();
    const room = roomOf(copy);
    valueIn(await room.beginImport(ann, file.head, false));
    valueIn(await room.importEvents(ann, file.events));
    for (const taken of [room.beginImport(bob, file.head, false), room.create(bob, "listed")]) {
      expect(await taken).toMatchObject({ failure: "nameTaken" });
    }
    valueIn(await room.beginImport(ann, { ...file.head, head: 1, messages: 1, pins: [] }, false));
    valueIn(await room.importEvents(ann, file.events.slice(0, 1)));
    vi.setSystemTime(Date.now() + limits.IMPORT_IDLE_MS_MAX + 1);
    expect(await room.create(bob, "listed")).toMatchObject({ value: { head: 0, role: "owner" } });
    expect(await room.importEvents(ann, file.events)).toMatchObject({ failure: "notFound" });
    expect(await room.beginImport(ann, file.head, false)).toMatchObject({ failure: "nameTaken" });
  });

  it("[RI17] what was given up is gone from the disk without anybody asking, also after a crash", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { name, ann } = await livelyRoom();
    const { head, events } = await exportOf(name, ann);
    const copy = freshRoom();
    valueIn(await roomOf(copy).beginImport(ann, head, false));
    valueIn(await roomOf(copy).importEvents(ann, events));
    await evictDurableObject(env.ROOM.getByName(copy));
    await runDurableObjectAlarm(env.ROOM.getByName(copy));
    expect(await rowsOf(copy)).toMatchObject({ event: 8 });
    vi.setSystemTime(Date.now() + limits.IMPORT_IDLE_MS_MAX + 1_000);
    await runInDurableObject(env.ROOM.getByName(copy), async (object) => object.alarm());
    expect(await rowsOf(copy)).toEqual({ meta: 1, person: 1, session: 1 });
    expect(await roomOf(copy).create(ann, "listed")).toMatchObject({ value: { head: 0 } });
  });

  it("[RI15] a run that does not follow, or breaks, leaves the import as it was", async () => {
    const { name, ann } = await livelyRoom();
    const { head, events } = await exportOf(name, ann);
    const copy = freshRoom();
    const room = roomOf(copy);
    valueIn(await room.beginImport(ann, head, false));
    const wrong: readonly (readonly RoomEvent[])[] = [
      events.slice(1),
      [...events.slice(0, 2), ...events.slice(3)],
      events.map((event) => ({ ...event, messageNo: 1 })),
      events.map((event, i) => ({ ...event, at: 10 - i })),
      events.map((event) => ({ ...event, at: Date.now() + 1_000_000 })),
      events.map((event) => ({ ...event, ...(event.seq === 1 ? { replyTo: 4 } : {}) })),
    ];
    for (const run of wrong) expect(await room.importEvents(ann, run)).toMatchObject({ failure: "badRequest" });
    expect(await room.finishImport(ann)).toMatchObject({ failure: "badRequest" });
    valueIn(await room.importEvents(ann, events.slice(0, 4)));
    expect(await room.finishImport(ann)).toMatchObject({ failure: "badRequest" });
    valueIn(await room.importEvents(ann, events.slice(4)));
    expect(await room.finishImport(ann)).toMatchObject({ ok: true });
    expect(await room.finishImport(ann)).toMatchObject({ failure: "notFound" });
  });

  it("[RI15] becomes a named room that does not exist, and nothing else", async () => {
    const { name, ann } = await livelyRoom();
    const file = await exportOf(name, ann);
    expect(await importAs(name, ann, file)).toMatchObject({ failure: "nameTaken" });
    expect(await importAs(freshNumber(), ann, file)).toMatchObject({ failure: "badRequest" });
    expect(await importAs(`direct:${ann.userId}:${ann.userId}`, ann, file)).toMatchObject({ failure: "badRequest" });
    expect(await importAs(freshRoom(), { ...ann, sessionId: "0" }, file)).toMatchObject({ failure: "session" });
  });
});
