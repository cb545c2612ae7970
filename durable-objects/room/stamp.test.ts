import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { RoomEvent } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { join } from "./test-room.ts";
import { undoRunning } from "./test-schema.ts";

const STAMPS = [{ id: "m1", atMs: 5 }, { id: "m2" }, { atMs: -1 }, {}, undefined];

const stampsOf = (events: readonly RoomEvent[]) => events.map(({ stamp }) => stamp);

it("[LG7] a stamp is repeated on pages, in events and on a resume, from memory and after a wake", async () => {
  const room = freshNumber();
  const ann = await signIn();
  const { socket, welcome } = await join(room, ann);
  const live: RoomEvent[] = [];
  for (const [i, stamp] of STAMPS.entries()) {
    await roomOf(room).send(ann, { body: `${i}`, ...(stamp === undefined ? {} : { stamp }) });
  }
  while (live.length < STAMPS.length) live.push(...(await socket.next("events")).events);
  expect(stampsOf(live)).toEqual(STAMPS);
  for (const evicted of [false, true]) {
    if (evicted) await evictDurableObject(env.ROOM.getByName(room));
    expect(stampsOf(valueIn(await roomOf(room).history(ann, { after: 0, limit: 9 })).events)).toEqual(STAMPS);
    const resumed = await join(room, ann, { epoch: welcome.epoch, seq: 0 });
    expect(stampsOf((await resumed.socket.next("events")).events)).toEqual(STAMPS);
  }
});

it("[LG7] a stamp is no part of the content that an id stands for: the first one stays", async () => {
  const room = freshNumber();
  const ann = await signIn();
  await roomOf(room).send(ann, { id: "x", body: "a", stamp: { id: "x", atMs: 1 } });
  for (const message of [{ stamp: { id: "other", atMs: 2 } }, {}]) {
    const again = await roomOf(room).send(ann, { id: "x", body: "a", ...message });
    expect(again).toMatchObject({ value: { seq: 1, duplicate: true } });
  }
  const { events } = valueIn(await roomOf(room).history(ann, { after: 0, limit: 9 }));
  expect(stampsOf(events)).toEqual([{ id: "x", atMs: 1 }]);
});

it("[LG7] a message without a stamp is what it was before, byte for byte", async () => {
  const room = freshNumber();
  const ann = await signIn("Ann");
  await roomOf(room).send(ann, { body: "a" });
  const page = async () => JSON.stringify(valueIn(await roomOf(room).history(ann, { after: 0, limit: 1 })).events);
  const bytes = await page();
  expect(bytes).toMatch(/^\[\{"seq":1,"kind":"message","from":\{[^}]*\},"at":\d+,"messageNo":1,"body":"a"\}\]$/);
  await evictDurableObject(env.ROOM.getByName(room));
  expect(await page()).toBe(bytes);
});

it("[LM6] a stamp that is no client id, or no integer of milliseconds, is refused and takes no seq", async () => {
  const room = freshNumber();
  const ann = await signIn();
  const bad = [
    { id: "" },
    { id: "x".repeat(limits.CLIENT_ID_CHARS_MAX + 1) },
    { id: "\ud800" },
    { atMs: 1.5 },
    { atMs: 2 ** 53 },
    { atMs: Number.NaN },
    { id: "fine", atMs: Number.POSITIVE_INFINITY },
  ];
  for (const stamp of bad) {
    expect(await roomOf(room).send(ann, { body: "a", stamp })).toMatchObject({ failure: "badRequest" });
  }
  expect(await roomOf(room).describe(ann)).toMatchObject({ value: { head: 0 } });
});

it("[LG7] a room from before stamps opens as it was, and takes stamps from then on", async () => {
  const room = freshNumber();
  const ann = await signIn("Ann");
  await roomOf(room).send(ann, { id: "old", body: "old" });
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    undoRunning(storage.sql);
    storage.sql.exec("DROP TABLE reaction");
    storage.sql.exec("ALTER TABLE event DROP COLUMN reactions");
    storage.sql.exec("ALTER TABLE event DROP COLUMN edit_seq");
    storage.sql.exec("DROP INDEX person_name");
    storage.sql.exec("DROP INDEX member_entered");
    storage.sql.exec("ALTER TABLE member DROP COLUMN entered");
    storage.sql.exec("ALTER TABLE event DROP COLUMN stamp");
    storage.sql.exec("DELETE FROM migrations WHERE id > '0001-log'");
  });
  await evictDurableObject(env.ROOM.getByName(room));
  expect(await roomOf(room).send(ann, { id: "old", body: "old" })).toMatchObject({ value: { duplicate: true } });
  await roomOf(room).send(ann, { body: "new", stamp: { atMs: 1 } });
  expect(await roomOf(room).enter(ann, "Ann")).toMatchObject({ ok: true });
  const { events } = valueIn(await roomOf(room).history(ann, { after: 0, limit: 9 }));
  expect(events.map(({ body, stamp }) => [body, stamp])).toEqual([
    ["old", undefined],
    ["new", { atMs: 1 }],
  ]);
});
