import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import { freshNumber, freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { EventLog } from "../event-log.ts";
import { MemberBook } from "../member-book.ts";
import { People } from "../people.ts";
import { ReadMarks } from "../read-marks.ts";
import { RoomMeta } from "../room-meta.ts";
import { Mentions } from "../talk/mentions.ts";
import { Glances } from "./glances.ts";

/** A room of Bob's with Ann in it, and nothing on its log. */
async function openRoom() {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const name = freshRoom();
  const room = roomOf(name);
  valueIn(await room.create(bob, "listed", { members: [{ id: ann.userId, name: "Ann" }] }));
  const say = async (who: Identity, ...bodies: readonly string[]) => {
    for (const body of bodies) valueIn(await room.send(who, { body }));
  };
  const glance = (blocked: readonly number[] = []) => room.glance(ann.userId, blocked);
  return { ann, bob, name, room, say, glance };
}

/** As if messages named somebody, 0 for everybody. */
async function mention(room: string, ...mentions: readonly (readonly [userId: number, seq: number, actor: number])[]) {
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    for (const row of mentions) storage.sql.exec("INSERT INTO mention (user_id, seq, actor) VALUES (?, ?, ?)", ...row);
  });
}

it("[IN4] a room says how far it is read, what is unread, and what was said last", async () => {
  const { ann, bob, name, room, say, glance } = await openRoom();
  expect(await glance()).toEqual({
    room: name,
    kind: "named",
    title: "",
    head: 0,
    read: 0,
    unread: 0,
    mentions: 0,
    last: null,
  });
  await say(bob, "one", "two", "three");
  valueIn(await room.read(ann, 1));
  expect(await glance()).toMatchObject({
    head: 3,
    read: 1,
    unread: 2,
    last: { seq: 3, at: expect.any(Number), from: { id: bob.userId, name: "Bob" }, excerpt: "three" },
  });
});

it("[IN4] the last message is one that stands, as it reads now: no change, no tombstone, nobody who is blocked", async () => {
  const { ann, bob, room, say, glance } = await openRoom();
  await say(ann, "mine");
  await say(bob, "first", "second");
  valueIn(await room.change(bob, { type: "edit", seq: 3, body: "edited" }));
  valueIn(await room.change(ann, { type: "react", seq: 3, emoji: "👍", on: true }));
  expect(await glance()).toMatchObject({ head: 5, last: { seq: 3, excerpt: "edited" } });
  valueIn(await room.change(bob, { type: "delete", seq: 3 }));
  expect(await glance()).toMatchObject({ last: { seq: 2, excerpt: "first" } });
  expect(await glance([bob.userId])).toMatchObject({ last: { seq: 1, excerpt: "mine" } });
  expect(await glance([bob.userId, ann.userId])).toMatchObject({ last: null });
});

it("[IN4] who is let in and who leaves is on the log, but neither unread nor the last message", async () => {
  const { ann, bob, room, say, glance } = await openRoom();
  const eve = await signIn("Eve");
  await say(bob, "one");
  valueIn(await room.read(ann, 1));
  valueIn(await room.addMember(bob, eve.userId));
  valueIn(await room.removeMember(eve, eve.userId));
  expect(await glance()).toMatchObject({ head: 3, read: 1, unread: 0, last: { seq: 1 } });
});

it("[IN4] an excerpt has INBOX_EXCERPT_CHARS_MAX characters at most, none of them cut in two", async () => {
  const { bob, say, glance } = await openRoom();
  await say(bob, "😀".repeat(limits.INBOX_EXCERPT_CHARS_MAX + 1));
  expect((await glance())?.last?.excerpt).toBe("😀".repeat(limits.INBOX_EXCERPT_CHARS_MAX));
  await say(bob, `x${"😀".repeat(limits.INBOX_EXCERPT_CHARS_MAX + 1)}`);
  expect((await glance())?.last?.excerpt).toBe(`x${"😀".repeat(limits.INBOX_EXCERPT_CHARS_MAX - 1)}`);
});

it("[IN4] mentions are unread messages that name the user or everybody, each once, but for own ones and blocked users'", async () => {
  const { ann, bob, name, room, say, glance } = await openRoom();
  await say(bob, "1", "2", "3", "4", "5");
  const [a, b] = [ann.userId, bob.userId];
  await mention(name, [a, 1, b], [a, 2, b], [0, 2, b], [0, 3, b], [b, 4, b], [0, 5, a]);
  expect((await glance())?.mentions).toBe(3);
  valueIn(await room.read(ann, 1));
  expect((await glance())?.mentions).toBe(2);
  expect((await glance([b]))?.mentions).toBe(0);
  valueIn(await room.read(ann, 5));
  expect((await glance())?.mentions).toBe(0);
});

it("[IN4] who may not read what was said before has nothing of it unread, is named by none of it, and sees none of it", async () => {
  const { ann, bob, name, say } = await openRoom();
  await say(bob, "1", "2", "3", "4");
  await mention(name, [ann.userId, 2, bob.userId], [ann.userId, 3, bob.userId]);
  const seen = (from: number) =>
    runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      const { sql } = storage;
      const meta = new RoomMeta(sql);
      const people = new People(sql);
      const log = new EventLog(storage, people, meta.epoch);
      const visibleFrom = () => from;
      const marks = new ReadMarks({ storage, log, visibleFrom });
      const members = new MemberBook(sql);
      const mentions = new Mentions(sql, people);
      const parts = {
        name,
        kind: "named",
        storage,
        meta,
        people,
        log,
        members,
        marks,
        mentions,
        visibleFrom,
      } as const;
      return new Glances(parts).of(ann.userId, []);
    });
  expect(await seen(1)).toMatchObject({ unread: 4, mentions: 2, last: { seq: 4 } });
  expect(await seen(3)).toMatchObject({ unread: 2, mentions: 1, last: { seq: 4 } });
  expect(await seen(5)).toMatchObject({ head: 4, unread: 0, mentions: 0, last: null });
});

describe("whose a room is", () => {
  it("[IN4] a room is in the inbox of its members: not of guests, of who left, or of anybody when it is deleted", async () => {
    const { ann, bob, room, glance } = await openRoom();
    const eve = await signIn("Eve");
    valueIn(await room.describe(eve));
    expect(await room.glance(eve.userId, [])).toBeNull();
    valueIn(await room.removeMember(ann, ann.userId));
    expect(await glance()).toBeNull();
    valueIn(await room.delete(bob));
    expect(await room.glance(bob.userId, [])).toBeNull();
  });

  it("[IN4] a numbered room is in the inbox of who entered it", async () => {
    const ann = await signIn("Ann");
    const name = freshNumber();
    expect(await roomOf(name).glance(ann.userId, [])).toBeNull();
    valueIn(await roomOf(name).enter(ann, "Ann"));
    expect(await roomOf(name).glance(ann.userId, [])).toMatchObject({ room: name, kind: "numbered" });
  });

  it("[IN4] a conversation of two bears the other's name, and is nobody else's", async () => {
    const [ann, bob, eve] = await Promise.all([signIn("Ann"), signIn("Bob"), signIn("Eve")]);
    const room = roomOf(directRoom(ann.userId, bob.userId));
    valueIn(await room.send(ann, { body: "hello" }));
    valueIn(await room.send(bob, { body: "hello too" }));
    expect(await room.glance(ann.userId, [])).toMatchObject({ kind: "direct", title: "Bob" });
    expect(await room.glance(bob.userId, [])).toMatchObject({ title: "Ann", unread: 2 });
    expect(await room.glance(eve.userId, [])).toBeNull();
  });
});
