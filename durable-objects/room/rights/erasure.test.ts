import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import { freshNumber, freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { Room } from "../room.ts";
import { join } from "../test-room.ts";

const userOf = ({ userId }: Identity) => env.USER.getByName(String(userId));
const logOf = async (room: string, by: Identity) =>
  valueIn(await roomOf(room).history(by, { after: 0, limit: limits.PAGE_MAX })).events;

/** What the user's own object knows of rooms. */
const roomsOf = (user: Identity) =>
  runInDurableObject(userOf(user), (_, { storage }) => storage.sql.exec("SELECT name, is_in FROM room").toArray());

/** Everything that a room has on disk, as one text. */
const diskOf = (room: string) =>
  runInDurableObject(env.ROOM.getByName(room), (_, { storage: { sql } }) => {
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
    const own = tables.filter(({ name }) => !name.startsWith("_cf_"));
    return JSON.stringify(own.map(({ name }) => sql.exec(`SELECT * FROM "${name}"`).toArray()));
  });

/** A room in which somebody of a name that is nowhere else wrote, changed, reacted, and was answered. */
async function scene(room = freshNumber()) {
  const name = `Zoe-${crypto.randomUUID().slice(0, 8)}`;
  const secret = `secret-${crypto.randomUUID()}`;
  const [zoe, bob] = [await signIn(name), await signIn("Bob")];
  const stub = roomOf(room);
  await stub.send(zoe, { id: secret, body: `${secret} 1`, stamp: { id: secret } });
  await stub.send(bob, { body: "mine", replyTo: 1 });
  await stub.send(zoe, { body: `${secret} 2` });
  await stub.change(zoe, { type: "edit", seq: 3, body: `${secret} 3` });
  await stub.change(bob, { type: "react", seq: 3, emoji: "🎉", on: true });
  for (const by of [zoe, bob]) await stub.change(by, { type: "react", seq: 2, emoji: "👍", on: true });
  await stub.change(zoe, { type: "react", seq: 2, emoji: "👋", on: true });
  return { room, stub, zoe, bob, name, secret };
}

it("[RI12] no row is left of the person, whether the user ever said anything or not", async () => {
  const { room, stub, zoe } = await scene();
  for (const user of [zoe, await signIn("Silent")]) {
    await stub.read(user, 1);
    await userOf(user).erase();
    await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM person WHERE user_id = ?", user.userId).toArray()).toEqual([]);
    });
  }
});

it("[RI12] texts, versions and the name are gone from memory and from disk, and tombstones keep the order", async () => {
  const { room, zoe, bob, name, secret } = await scene();
  expect(await userOf(zoe).erase()).toEqual({ sessions: 1, closed: 0, pending: 0 });
  for (let i = 0; i < 2; i++) {
    const log = await logOf(room, bob);
    expect(JSON.stringify(log)).not.toContain(name);
    expect(JSON.stringify(log)).not.toContain(secret);
    expect(log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(log).toMatchObject([
      { from: { id: zoe.userId, name: "" }, deleted: true, messageNo: 1 },
      { body: "mine", replyTo: 1, reactions: [{ emoji: "👍", count: 1 }] },
      { deleted: true, messageNo: 3 },
      { kind: "edit" },
      { kind: "react", from: { name: "Bob" } },
      { kind: "react", from: { name: "" } },
      { kind: "react" },
      { kind: "react" },
      { kind: "purge", from: { id: zoe.userId, name: "" }, subject: { id: zoe.userId, name: "" } },
    ]);
    expect(log[0]).not.toHaveProperty("stamp");
    await evictDurableObject(env.ROOM.getByName(room));
    const disk = await diskOf(room);
    expect([disk.includes(name), disk.includes(secret), disk.includes("Bob")]).toEqual([false, false, true]);
  }
});

it("[RI12] whoever is there hears of it by one event, and the erased user's socket is closed first", async () => {
  const { room, zoe, bob } = await scene();
  const [{ socket: gone }, { socket }] = [await join(room, zoe), await join(room, bob)];
  await userOf(zoe).erase();
  expect(await gone.closed).toMatchObject({ code: 4501 });
  const events: RoomEvent[] = [];
  while (events.at(-1)?.seq !== 9) events.push(...(await socket.next("events")).events);
  expect(events.at(-1)).toMatchObject({ kind: "purge", subject: { id: zoe.userId, name: "" } });
});

it("[RI12] [RR3] a send that waits while its author is erased is refused", async () => {
  const { room, stub, zoe, bob } = await scene();
  await runInDurableObject(env.ROOM.getByName(room), async (object) => {
    const waiting = [object.send(zoe, { body: "late" }), object.send(zoe, { body: "later" })];
    await object.learn(zoe.userId, { type: "erase" }, 1);
    for (const sent of await Promise.all(waiting)) expect(sent).toMatchObject({ failure: "session" });
  });
  expect(JSON.stringify(await logOf(room, bob))).not.toContain("late");
  expect(await stub.send(zoe, { body: "x" })).toMatchObject({ failure: "session" });
});

it("[RI12] a letter that comes twice changes nothing more, and one about a stranger nothing at all", async () => {
  const { room, stub, zoe, bob } = await scene();
  await userOf(zoe).erase();
  const before: readonly RoomEvent[] = await logOf(room, bob);
  await stub.learn(zoe.userId, { type: "erase" }, 99);
  await stub.learn(zoe.userId + 1_000_000, { type: "erase" }, 1);
  expect(await logOf(room, bob)).toEqual(before);
});

it("[RI12] an erasure that breaks leaves everything as it was, and is done when it is asked for again", async () => {
  const { room, stub, zoe, bob, secret } = await scene();
  const before = JSON.stringify(await logOf(room, bob));
  const poison = (sql: string) =>
    runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => void storage.sql.exec(sql));
  await poison(
    "CREATE TRIGGER poison BEFORE INSERT ON event WHEN NEW.kind = 'purge' BEGIN SELECT RAISE(ABORT, 'no'); END",
  );
  expect(await userOf(zoe).erase()).toMatchObject({ pending: 1 });
  expect(JSON.stringify(await logOf(room, bob))).toBe(before);
  await poison("DROP TRIGGER poison");
  await runInDurableObject(userOf(zoe), (_, { storage }) => {
    storage.sql.exec("UPDATE job SET due_at = 0");
    storage.sql.exec("UPDATE outbox SET due_at = 0");
  });
  await runDurableObjectAlarm(userOf(zoe));
  expect(JSON.stringify(await logOf(room, bob))).not.toContain(secret);
  expect(await stub.describe(bob)).toMatchObject({ value: { head: 9, messages: 3 } });
});

it("[RI12] the other half of a conversation stays", async () => {
  const [zoe, bob] = [await signIn("Zoe"), await signIn("Bob")];
  const room = directRoom(zoe.userId, bob.userId);
  await roomOf(room).send(zoe, { body: "hers" });
  await roomOf(room).send(bob, { body: "his" });
  await userOf(zoe).erase();
  expect(await logOf(room, bob)).toMatchObject([{ deleted: true }, { body: "his" }, { kind: "purge" }]);
});

it("[RI12] a room whose owner is erased stays, has an owner without a name, and is administrators' to manage", async () => {
  const name = freshRoom();
  const [zoe, bob, admin] = [await signIn("Zoe"), await signIn("Bob"), await signIn("Admin")];
  await userOf(admin).makeAdmin();
  valueIn(await roomOf(name).create(zoe, "private"));
  valueIn(await roomOf(name).addMember(zoe, bob.userId));
  await userOf(zoe).erase();
  const members = valueIn(await roomOf(name).members(admin));
  expect(members).toContainEqual({ userId: zoe.userId, name: "", role: "owner" });
  expect(await roomOf(name).removeMember(admin, bob.userId)).toMatchObject({ ok: true });
  expect(await roomOf(name).delete(admin)).toMatchObject({ value: true });
});

it("[RI12] what was said of a user and by a user in the moderation log, in mutes and bans, are ids", async () => {
  const { room, zoe, bob } = await scene();
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage: { sql } }) => {
    const note = "INSERT INTO moderation (at, actor, action, subject, reason) VALUES (1, ?, 'mute', ?, 'because Zoe')";
    sql.exec(note, zoe.userId, bob.userId);
    sql.exec(note, bob.userId, zoe.userId);
    sql.exec(note, bob.userId, bob.userId);
    for (const [subject, actor] of [
      [zoe.userId, bob.userId],
      [bob.userId, zoe.userId],
    ]) {
      sql.exec("INSERT INTO ban (user_id, actor, at, reason) VALUES (?, ?, 1, 'because Zoe')", subject, actor);
    }
  });
  await userOf(zoe).erase();
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage: { sql } }) => {
    expect(sql.exec("SELECT actor, subject, reason FROM moderation ORDER BY no").toArray()).toEqual([
      { actor: zoe.userId, subject: bob.userId, reason: "" },
      { actor: bob.userId, subject: zoe.userId, reason: "" },
      { actor: bob.userId, subject: bob.userId, reason: "because Zoe" },
    ]);
    expect(sql.exec("SELECT user_id, reason FROM ban").toArray()).toEqual([{ user_id: bob.userId, reason: "" }]);
  });
});

it("[RI10] [MO6] a mute or a ban of somebody who was never here leaves no name behind an erasure", async () => {
  const name = freshRoom();
  const stranger = `Zoe-${crypto.randomUUID().slice(0, 8)}`;
  const [owner, zoe] = [await signIn("Owner"), await signIn(stranger)];
  valueIn(await roomOf(name).create(owner, "listed"));
  valueIn(await roomOf(name).moderate(owner, { type: "mute", userId: zoe.userId, untilMs: Date.now() + 60_000 }));
  valueIn(await roomOf(name).moderate(owner, { type: "ban", userId: zoe.userId }));
  expect(valueIn(await roomOf(name).restrictions(owner))).toMatchObject([{ user: { name: stranger } }, {}]);
  await expect.poll(() => roomsOf(zoe)).toEqual([{ name, is_in: 0 }]);
  await userOf(zoe).erase();
  expect(valueIn(await roomOf(name).restrictions(owner))).toEqual([]);
  expect(await diskOf(name)).not.toContain(stranger);
});

it("[RI10] [MO6] nor does one that is written while its user is being erased", async () => {
  const name = freshRoom();
  const stranger = `Zoe-${crypto.randomUUID().slice(0, 8)}`;
  const [owner, zoe] = [await signIn("Owner"), await signIn(stranger)];
  valueIn(await roomOf(name).create(owner, "listed"));
  await userOf(zoe).erase();
  await runInDurableObject(env.ROOM.getByName(name), (_, ctx) => {
    const { moderation } = new Room(ctx, env, name);
    const by = { person: { id: owner.userId, name: "Owner" }, sessionId: owner.sessionId, standing: "owner" } as const;
    const asked = { id: zoe.userId, name: stranger };
    expect(moderation.act(by, { type: "ban", userId: zoe.userId }, asked)).toMatchObject({ ok: true });
  });
  expect(await diskOf(name)).toContain(stranger);
  await expect.poll(() => diskOf(name)).not.toContain(stranger);
});

it("[RI12] read marks that wait for their time are not written behind an erasure", async () => {
  const { room, zoe } = await scene();
  const { socket } = await join(room, zoe);
  socket.send({ type: "read", seq: 3 }, { type: "history", req: 1, after: 0, limit: 1 });
  await socket.next("history");
  await userOf(zoe).erase();
  await socket.closed;
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage: { sql } }) => {
    expect(sql.exec("SELECT * FROM read_mark WHERE user_id = ?", zoe.userId).toArray()).toEqual([]);
  });
});
