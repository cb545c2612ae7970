import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import type { OwnPage } from "../../../contracts/rooms.ts";
import { freshNumber, freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";

async function club() {
  const name = freshRoom();
  const [owner, member, guest] = [await signIn("Owner"), await signIn("Member"), await signIn("Guest")];
  const room = roomOf(name);
  valueIn(await room.create(owner, "listed"));
  valueIn(await room.addMember(owner, member.userId));
  return { name, room, owner, member, guest };
}

describe("a room's export", () => {
  it("[RI6] is for its members, for both of a conversation, and for no guest, stranger or administrator", async () => {
    const { room, owner, member, guest } = await club();
    const admin = await signIn("Admin");
    await env.USER.getByName(String(admin.userId)).makeAdmin();
    for (const who of [owner, member]) expect(await room.exportHead(who)).toMatchObject({ ok: true });
    for (const who of [guest, admin]) expect(await room.exportHead(who)).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(freshRoom()).exportHead(owner)).toMatchObject({ failure: "notFound" });
    expect(await roomOf(freshNumber()).exportHead(guest)).toMatchObject({ failure: "forbidden" });
    const pair = roomOf(directRoom(owner.userId, member.userId));
    expect(await pair.exportHead(member)).toMatchObject({ ok: true });
    expect(await pair.exportHead(guest)).toMatchObject({ failure: "forbidden" });
    expect(await room.exportHead({ ...owner, sessionId: "0" })).toMatchObject({ failure: "session" });
  });

  it("[RI6] begins with what the room is, who belongs to it and what is pinned", async () => {
    const { name, room, owner, member } = await club();
    await room.send(owner, { body: "one" });
    const { seq } = valueIn(await room.send(member, { body: "two" }));
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      storage.sql.exec("INSERT INTO pin (seq, actor, at) VALUES (?, ?, 5)", seq, owner.userId);
    });
    const head = valueIn(await room.exportHead(member));
    expect(head).toMatchObject({ room: name, head: seq, first: 1, messages: 2, role: "member", pins: [seq] });
    expect(head.people.map(({ userId, role }) => [userId, role])).toEqual([
      [owner.userId, "owner"],
      [member.userId, "member"],
    ]);
  });
});

describe("what a room holds of a user", () => {
  it("[RI9] is what the user said and did, with older versions, and nothing of others", async () => {
    const { room, owner, guest } = await club();
    const { seq } = valueIn(await room.send(guest, { body: "mine" }));
    await room.send(owner, { body: "not mine" });
    await room.change(guest, { type: "edit", seq, body: "mine again" });
    await room.change(guest, { type: "react", seq: seq + 1, emoji: "👍", on: true });
    await room.read(guest, seq + 1);
    const own = valueIn(await room.exportOwn(guest, 0, 10));
    expect(own).toMatchObject({ role: null, marks: { id: guest.userId, read: seq + 1 }, next: null });
    expect(own.events.map(({ kind }) => kind)).toEqual(["message", "edit", "react"]);
    expect(own.versions).toMatchObject([{ seq, version: 1, body: "mine" }]);
    expect(JSON.stringify(own)).not.toContain("not mine");
  });

  it("[RI9] is there for who may not use the room any more, and for nobody else", async () => {
    const { room, owner, member, guest } = await club();
    await room.send(member, { body: "mine" });
    await runInDurableObject(env.ROOM.getByName(valueIn(await room.describe(owner)).room), (_, { storage }) => {
      storage.sql.exec("UPDATE meta SET value = 'private' WHERE key = 'visibility'");
    });
    await room.removeMember(owner, member.userId);
    expect(valueIn(await room.exportOwn(member, 0, 10)).events).toMatchObject([{ body: "mine" }]);
    expect(valueIn(await room.exportOwn(guest, 0, 10)).events).toEqual([]);
    expect(await room.exportOwn({ ...member, userId: owner.userId, sessionId: "0" }, 0, 10)).toMatchObject({
      failure: "session",
    });
  });

  it("[RI9] comes in pages that are bounded in events, in bytes, and in what they look through", async () => {
    const name = freshRoom();
    const [room, owner, guest] = [roomOf(name), await signIn("Owner"), await signIn("Guest")];
    valueIn(await room.create(owner, "listed"));
    const body = "x".repeat(limits.BODY_BYTES_MAX);
    await Promise.all(Array.from({ length: 40 }, () => room.send(owner, { body })));
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      // As if others had said much since.
      storage.sql.exec(
        `WITH RECURSIVE n (seq) AS (SELECT 41 UNION ALL SELECT seq + 1 FROM n WHERE seq < 12000)
         INSERT INTO event (seq, kind, actor, at, message_no, body) SELECT seq, 'message', 1, 1, seq, 'x' FROM n`,
      );
    });
    await evictDurableObject(env.ROOM.getByName(name));
    const pages: OwnPage[] = [];
    for (let next: number | null = 0; next !== null; next = pages.at(-1)?.next ?? null) {
      pages.push(valueIn(await room.exportOwn(owner, next, 30)));
    }
    const seqs = pages.flatMap(({ events }) => events.map(({ seq }) => seq));
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(pages[0]?.events).toHaveLength(30);
    expect(pages.length).toBeLessThan(6);
    const late = valueIn(await room.exportOwn(guest, 0, 30));
    expect(late).toMatchObject({ events: [], next: expect.any(Number) });
  });
});
