import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { freshNumber, freshRoom, openSession, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { EventLog } from "../event-log.ts";
import { People } from "../people.ts";
import { ReadMarks } from "../read-marks.ts";
import { SessionBook } from "../session-book.ts";
import { withGet } from "../test-bench.ts";
import { evict } from "../test-changes.ts";
import { join } from "../test-room.ts";
import { UserBook } from "../user-book.ts";
import { LiveMarks } from "./live-marks.ts";

/** A room with some messages of Ann's. */
async function begin(messages = 3) {
  const room = freshNumber();
  const [ann, bob] = [await signIn("Ann"), await signIn("Bob")];
  for (let i = 0; i < messages; i++) valueIn(await roomOf(room).send(ann, { body: "x" }));
  const read = async (by: Identity, seq: number) => valueIn(await roomOf(room).read(by, seq));
  const marks = async (by: Identity, after = 0, limit: number = limits.PAGE_MAX) =>
    valueIn(await roomOf(room).marks(by, after, limit));
  const hide = (who: Identity, stamp: number, shares = false) =>
    roomOf(room).learn(who.userId, { type: "marks", shares }, stamp);
  return { room, ann, bob, read, marks, hide };
}

describe("marks", () => {
  it("[TA11] a read mark moves forward only, to the head at most, and what is read is delivered", async () => {
    const { room, bob, read } = await begin();
    const { userId: id } = bob;
    expect(await read(bob, 2)).toEqual({ id, read: 2, delivered: 2 });
    expect(await read(bob, 1)).toEqual({ id, read: 2, delivered: 2 });
    expect(await read(bob, 99)).toEqual({ id, read: 3, delivered: 3 });
    expect((await join(room, bob)).welcome.you).toMatchObject({ read: 3, unread: 0 });
  });

  it("[TA11] an ack is delivered and not read, and one past the head is refused and nothing", async () => {
    const { room, bob, marks } = await begin();
    const { socket } = await join(room, bob);
    socket.send({ type: "ack", seq: 2 }, { type: "ack", seq: 99 });
    await socket.next("refused");
    expect((await marks(bob)).marks).toEqual([{ id: bob.userId, read: 0, delivered: 2 }]);
    socket.send({ type: "read", seq: 1 }, { type: "ack", seq: 1 }, { type: "history", req: 1, after: 0, limit: 1 });
    await socket.next("history");
    expect((await marks(bob)).marks).toEqual([{ id: bob.userId, read: 1, delivered: 2 }]);
  });

  it("[TA12] a page is ordered by user id and says whether there are more", async () => {
    const { ann, bob, read, marks } = await begin();
    for (const who of [ann, bob]) await read(who, 1);
    const ids = [ann.userId, bob.userId].sort((a, b) => a - b);
    expect((await marks(ann)).marks.map(({ id }) => id)).toEqual(ids);
    expect(await marks(ann, 0, 1)).toMatchObject({ marks: [{ id: ids[0] }], more: true });
    expect(await marks(ann, ids[0], 1)).toMatchObject({ marks: [{ id: ids[1] }], more: false });
  });

  it("[TA12] marks of who does not share them are the own user's alone, until the user shares them again", async () => {
    const { ann, bob, read, marks, hide } = await begin();
    for (const who of [ann, bob]) await read(who, 1);
    const seenBy = async (who: Identity) => (await marks(who)).marks.some(({ id }) => id === bob.userId);
    await hide(bob, 2);
    expect([await seenBy(ann), await seenBy(bob)]).toEqual([false, true]);
    await hide(bob, 1, true);
    expect(await seenBy(ann)).toBe(false);
    await hide(bob, 3, true);
    expect(await seenBy(ann)).toBe(true);
  });

  it("[TA12] who does not share marks is known from the first act in a room, and letters are newer", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), async (_, { storage: { sql } }) => {
      const users = new UserBook(sql);
      const attach = async () =>
        ({ ok: true, value: { id: 1, name: "Ann", admin: false, sharesMarks: false } }) as const;
      const book = new SessionBook(sql, { getByName: () => ({ attach }) }, "1", new People(sql), users);
      const admit = (sessionId: string) =>
        book.admit({ userId: 1, sessionId, expiresAtMs: Date.now() + 60_000, kind: "user" });
      await admit("a");
      expect(users.sharesMarks(1)).toBe(false);
      users.learn(1, { type: "marks", shares: true }, 1);
      await admit("b");
      expect(users.sharesMarks(1)).toBe(true);
    });
  });

  it("[TA12] who does not share marks is known in the next life of a deleted room", async () => {
    const room = freshRoom();
    const [ann, bob] = [await signIn(), await signIn()];
    valueIn(await roomOf(room).create(ann, "listed"));
    valueIn(await roomOf(room).read(bob, 0));
    await roomOf(room).learn(bob.userId, { type: "marks", shares: false }, 1);
    valueIn(await roomOf(room).delete(ann));
    valueIn(await roomOf(room).create(ann, "listed"));
    valueIn(await roomOf(room).send(ann, { body: "x" }));
    valueIn(await roomOf(room).read(bob, 1));
    expect(valueIn(await roomOf(room).marks(ann, 0, 9)).marks).toEqual([]);
  });

  it("[TA13] what is cut off or older than what its reader may see was never unread", async () => {
    const { room } = await begin(5);
    await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
      const log = new EventLog(storage, new People(storage.sql), "e");
      const unread = (first: number, visible: number) =>
        new ReadMarks({ storage, log: withGet(log, "first", first), visibleFrom: () => visible }).of(1).unread;
      expect([unread(1, 1), unread(4, 1), unread(1, 3), unread(4, 3), unread(6, 1)]).toEqual([5, 2, 3, 2, 0]);
    });
  });
});

describe("what survives", () => {
  it("[TA14] an ack starts no timer, and is kept by its socket while the room sleeps", async () => {
    const { room, ann, bob, marks } = await begin();
    const { socket, welcome } = await join(room, bob);
    socket.send({ type: "hello", resume: { epoch: welcome.epoch, seq: 1 } }, { type: "ack", seq: 2 });
    socket.send({ type: "history", req: 1, after: 0, limit: 1 });
    await socket.next("history");
    await evict(room);
    expect((await marks(ann)).marks).toEqual([{ id: bob.userId, read: 0, delivered: 2 }]);
    await evict(room);
    socket.close();
    await socket.closed;
    await evict(room);
    expect((await marks(ann)).marks).toEqual([{ id: bob.userId, read: 0, delivered: 2 }]);
  });

  it("[TA14] marks are on disk when the last native seat leaves", async () => {
    const { room, ann, bob, marks } = await begin();
    const { socket } = await join(room, bob);
    socket.send({ type: "ack", seq: 3 }, { type: "read", seq: 1 });
    socket.close();
    await socket.closed;
    await evictDurableObject(env.ROOM.getByName(room));
    expect((await marks(ann)).marks).toEqual([{ id: bob.userId, read: 1, delivered: 3 }]);
  });

  it("[TA14] what a room has from before delivered marks counts as delivered as far as it was read", async () => {
    const { room, ann, bob, read, marks } = await begin();
    await read(bob, 2);
    await marks(ann);
    await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
      storage.sql.exec("UPDATE read_mark SET delivered = 0");
    });
    await evict(room);
    expect((await marks(ann)).marks).toEqual([{ id: bob.userId, read: 2, delivered: 2 }]);
    expect(await read(bob, 1)).toEqual({ id: bob.userId, read: 2, delivered: 2 });
  });
});

it("[TA14] of users who only look, more than a room seats twice over are not remembered", async () => {
  await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
    const log = new EventLog(storage, new People(storage.sql), "e");
    const marks = new ReadMarks({ storage, log, visibleFrom: () => 1 });
    for (let userId = 1; userId <= 2 * limits.SEATS_PER_ROOM_MAX + 1; userId++) marks.of(userId);
    storage.sql.exec("INSERT INTO read_mark (user_id, seq, message_no, delivered) VALUES (1, 5, 5, 5)");
    expect(marks.of(1).seq).toBe(5);
  });
});

it("[TA14] marks that are forgotten do not come back from memory", async () => {
  const { room, ann, bob, read, marks } = await begin();
  await read(bob, 1);
  await marks(ann);
  await read(bob, 2);
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    const log = new EventLog(storage, new People(storage.sql), "e");
    const own = new ReadMarks({ storage, log, visibleFrom: () => 1 });
    own.restore(bob.userId, 3);
    own.read(bob.userId, 3);
    own.forget(bob.userId);
    expect(own.page(0, 9, bob.userId).marks).toEqual([]);
  });
});

describe("marks on the socket", () => {
  it("[TA11] are told to those who are here when they move, and not when they do not", async () => {
    const { room, ann, bob, read } = await begin();
    const { socket } = await join(room, ann);
    await read(bob, 2);
    expect(await socket.next("marks")).toEqual({
      type: "marks",
      marks: [{ id: bob.userId, read: 2, delivered: 2 }],
    });
    await read(bob, 1);
    await read(ann, 1);
    expect(await socket.next("marks")).toMatchObject({ marks: [{ id: ann.userId, read: 1 }] });
  });

  it("[TA11] are told to the own other sockets also when nobody else may see them", async () => {
    const { room, ann, bob, hide } = await begin();
    await hide(bob, 1);
    const { socket: others } = await join(room, ann);
    const { socket: phone } = await join(room, bob);
    const { socket: desk } = await join(room, await openSession(bob.userId));
    phone.send({ type: "read", seq: 2 });
    expect(await desk.next("marks")).toMatchObject({ marks: [{ id: bob.userId, read: 2 }] });
    others.send({ type: "read", seq: 1 });
    expect(await others.next("marks")).toMatchObject({ marks: [{ id: ann.userId, read: 1 }] });
  });

  it("[TA11] move at most once a second in one frame, and in fuller rooms not at all", async () => {
    const { room, ann, bob } = await begin();
    await runInDurableObject(env.ROOM.getByName(room), async (_, { storage }) => {
      const told: unknown[] = [];
      const stirred: number[] = [];
      const audience = { size: 2, tell: (frame: unknown) => told.push(frame) };
      const log = new EventLog(storage, new People(storage.sql), "e");
      const marks = new ReadMarks({ storage, log, visibleFrom: () => 1 });
      const notices = { stir: () => stirred.push(1) };
      const live = new LiveMarks({ marks, audience, users: new UserBook(storage.sql), notices });
      live.delivered(ann.userId, 1);
      for (const seq of [1, 2, 3, 3]) live.read(bob.userId, seq);
      expect([told.length, stirred.length]).toEqual([1, 3]);
      await expect.poll(() => told.length, { timeout: 3_000 }).toBe(2);
      expect(told[1]).toEqual({ type: "marks", marks: [{ id: bob.userId, read: 3, delivered: 3 }] });
      audience.size = limits.MARKS_LIVE_SEATS_MAX + 1;
      live.read(ann.userId, 2);
      audience.size = 2;
      live.read(ann.userId, 3);
      await expect.poll(() => told.length, { timeout: 3_000 }).toBe(3);
      expect(told[2]).toMatchObject({ marks: [{ id: ann.userId, read: 3 }] });
      marks.end();
    });
  });
});
