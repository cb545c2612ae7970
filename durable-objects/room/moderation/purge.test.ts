import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import { freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { join, type TestSocket } from "../test-room.ts";
import { DONE, evict, moderate, openClub, readLog, rowsOf } from "./test-club.ts";

/** A club in which somebody wrote, edited and was answered, between others. */
async function spoiled() {
  const club = await openClub();
  const { room, guest, member } = club;
  for (const body of ["spam one", "spam two", "spam three"]) await room.send(guest, { body, stamp: { id: "spam" } });
  await room.send(member, { body: "what is this", replyTo: 1 });
  await room.change(guest, { type: "edit", seq: 2, body: "spam two, again" });
  await room.change(guest, { type: "edit", seq: 2, body: "spam two, and again" });
  await room.change(member, { type: "react", seq: 1, emoji: "👎", on: true });
  await room.change(guest, { type: "react", seq: 4, emoji: "👍", on: true });
  await room.change(guest, { type: "delete", seq: 3 });
  return club;
}

/** The next event that is about somebody. */
async function nextFact(socket: TestSocket): Promise<RoomEvent> {
  for (;;) {
    const fact = (await socket.next("events")).events.find(({ subject }) => subject !== undefined);
    if (fact !== undefined) return fact;
  }
}

it.each(["from memory", "from disk"])(
  "[MO9] all messages are tombstones and nothing says what they said, %s",
  async (from) => {
    const { name, room, owner, moderator, member, guest } = await spoiled();
    const before = (await readLog(name, owner)).length;
    expect(await moderate(name, moderator, "purge", guest)).toEqual({ ok: true, value: { removed: 2, closed: 0 } });
    if (from === "from disk") await evict(name);
    const log = await readLog(name, member);
    expect(JSON.stringify(log)).not.toContain("spam");
    expect(log).toHaveLength(before + 1);
    for (const seq of [1, 2, 3]) {
      const { body, deleted, reactions, editedAt, from: author } = log[seq - 1] ?? {};
      expect([body, deleted, reactions, editedAt, author?.id]).toEqual([
        undefined,
        true,
        undefined,
        undefined,
        guest.userId,
      ]);
    }
    expect(log[3]).toMatchObject({ body: "what is this", replyTo: 1, reactions: [{ emoji: "👍", count: 1 }] });
    expect(log.at(-1)).toMatchObject({
      kind: "purge",
      from: { id: moderator.userId, name: "Moderator" },
      subject: { id: guest.userId, name: "Guest" },
    });
    expect(await room.versions(owner, { seq: 2, after: 0, limit: 9 })).toMatchObject({ value: { versions: [] } });
    expect(await rowsOf(name, "version")).toEqual([]);
    expect(await rowsOf(name, "reaction")).toMatchObject([{ seq: 4 }]);
  },
);

it("[MO9] pins and mentions of the messages go, those of others stay", async () => {
  const { name, owner, guest } = await spoiled();
  await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    for (const seq of [1, 4]) storage.sql.exec("INSERT INTO pin VALUES (?, 1, 1)", seq);
    storage.sql.exec("INSERT INTO mention VALUES (7, 1, ?), (8, 2, ?), (7, 4, 5)", guest.userId, guest.userId);
    storage.sql.exec("UPDATE event SET mentions = '[7]' WHERE seq = 1");
  });
  await moderate(name, owner, "purge", guest);
  expect(await rowsOf(name, "pin")).toMatchObject([{ seq: 4 }]);
  expect(await rowsOf(name, "mention")).toMatchObject([{ user_id: 7, seq: 4 }]);
  expect((await rowsOf(name, "event")).filter(({ mentions }) => mentions !== null)).toEqual([]);
});

it("[MO9] sockets learn it by one event, and the author stays and may write on", async () => {
  const { name, room, owner, member, guest } = await spoiled();
  const [theirs, others] = [await join(name, guest), await join(name, member)];
  await moderate(name, owner, "purge", guest);
  for (const { socket } of [theirs, others]) {
    expect(await nextFact(socket)).toMatchObject({ kind: "purge", subject: { id: guest.userId } });
  }
  expect(await room.send(guest, { body: "sorry" })).toMatchObject({ ok: true });
  expect((await others.socket.next("events")).events).toMatchObject([{ body: "sorry" }]);
});

it("[MO9] where nothing is left to remove, nothing is written", async () => {
  const { name, room, owner, guest, reader } = await spoiled();
  await moderate(name, owner, "purge", guest);
  const { head } = valueIn(await room.describe(owner));
  expect(await moderate(name, owner, "purge", guest)).toEqual(DONE);
  expect(await moderate(name, owner, "purge", reader)).toEqual(DONE);
  expect(valueIn(await room.describe(owner)).head).toBe(head);
  expect(
    valueIn(await room.moderationLog(owner, 99, 9)).entries.filter(({ action }) => action === "purge"),
  ).toHaveLength(1);
});

it("[MO9] more messages than one statement takes are removed in the same transaction", async () => {
  const owner = await signIn("Owner");
  const name = freshRoom();
  valueIn(await roomOf(name).create(owner, "listed"));
  const spammer = await signIn("Spammer");
  await roomOf(name).send(spammer, { body: "spam" });
  await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 45000)
       INSERT INTO event (seq, kind, actor, at, message_no, body) SELECT i, 'message', ?, 1, i, 'spam' FROM n`,
      spammer.userId,
    );
  });
  await evict(name);
  expect(await moderate(name, owner, "purge", spammer)).toEqual({ ok: true, value: { removed: 45_000, closed: 0 } });
  const standing = (await rowsOf(name, "event WHERE body IS NOT NULL")).length;
  expect(standing).toBe(0);
});
