import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { directRoom } from "../../contracts/names.ts";
import { freshNumber, freshRoom, roomOf, signIn } from "../lib/test-people.ts";
import { MemberBook } from "./member-book.ts";
import { withGet } from "./test-bench.ts";
import { join } from "./test-room.ts";

const IN = { ok: true, value: null };
const OUT = { ok: true, value: true };
const ABSENT = { ok: true, value: false };

/** A room that its owner has not entered, with three people who know of it. */
async function openRoom(visibility: "listed" | "private" = "listed") {
  const room = freshRoom();
  const [owner, ann, bob] = await Promise.all([signIn("Owner"), signIn("Ann"), signIn("Bob")]);
  await roomOf(room).create(owner, visibility);
  const people = async (asking: Identity = owner) => {
    const reply = await roomOf(room).people(asking);
    return reply.ok ? reply.value : reply.failure;
  };
  return { room: roomOf(room), name: room, owner, ann, bob, people };
}

describe("entering", () => {
  it("[RM4] people stand in the order of joining, also after eviction; who comes again stands last", async () => {
    const { room, name, owner, ann, bob, people } = await openRoom();
    expect(await people()).toEqual([]);
    expect(await room.enter(bob, "Bob")).toEqual(IN);
    expect(await room.enter(owner, "Owner")).toEqual(IN);
    await evictDurableObject(env.ROOM.getByName(name));
    expect(await room.enter(ann, "Ann")).toEqual(IN);
    expect(await people(ann)).toEqual(["Bob", "Owner", "Ann"]);
    expect(await room.leave(bob, "Bob")).toEqual(OUT);
    await evictDurableObject(env.ROOM.getByName(name));
    expect(await room.enter(bob, "Bob")).toEqual(IN);
    expect(await people(bob)).toEqual(["Owner", "Ann", "Bob"]);
  });

  it("[RM4] entering twice is a conflict and moves nobody, and of entries at the same time one succeeds", async () => {
    const { room, ann, bob, people } = await openRoom();
    await room.enter(ann, "Ann");
    await room.enter(bob, "Bob");
    expect(await room.enter(ann, "Ann")).toMatchObject({ failure: "conflict", message: "person already in room" });
    expect(await people()).toEqual(["Ann", "Bob"]);
    await room.leave(ann, "Ann");
    const entries = await Promise.all(Array.from({ length: 5 }, () => room.enter(ann, "Ann")));
    expect(entries.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await people()).toEqual(["Bob", "Ann"]);
  });

  it("[RM4] who enters becomes a member, and the owner stays one", async () => {
    const { room, owner, ann } = await openRoom();
    await room.enter(ann, "Ann");
    await room.enter(owner, "Owner");
    expect(await room.members(owner)).toEqual({
      ok: true,
      value: [
        { userId: owner.userId, name: "Owner", role: "owner" },
        { userId: ann.userId, name: "Ann", role: "member" },
      ],
    });
  });

  it("[RM4] a member who was added is not in before entering, and stays a member when not in", async () => {
    const { room, owner, ann, people } = await openRoom("private");
    await room.addMember(owner, ann.userId);
    expect(await people(ann)).toEqual([]);
    expect(await room.leave(ann, "Ann")).toEqual(ABSENT);
    expect(await room.enter(ann, "Ann")).toEqual(IN);
    expect(await room.addMember(owner, ann.userId)).toMatchObject({ ok: true, value: { role: "member" } });
    expect(await people(ann)).toEqual(["Ann"]);
  });

  it("[RM4] who may not use a room neither enters nor leaves it, nor sees who is in", async () => {
    const { room, owner, ann, bob, people } = await openRoom("private");
    const admin = await signIn("Admin");
    await env.USER.getByName(String(admin.userId)).makeAdmin();
    await room.addMember(owner, ann.userId);
    await room.enter(ann, "Ann");
    for (const [somebody, name] of [[bob, "Bob"] as const, [admin, "Admin"] as const]) {
      expect(await room.enter(somebody, name)).toMatchObject({ failure: "forbidden" });
      expect(await room.leave(somebody, name)).toMatchObject({ failure: "forbidden" });
      expect(await people(somebody)).toBe("forbidden");
    }
    expect(await people(ann)).toEqual(["Ann"]);
    const missing = roomOf(freshRoom());
    expect(await missing.enter(ann, "Ann")).toMatchObject({ failure: "notFound" });
    expect(await missing.leave(ann, "Ann")).toMatchObject({ failure: "notFound" });
    expect(await missing.people(ann)).toMatchObject({ failure: "notFound" });
  });

  it("[RM4] a dead session and the operator's token enter nothing", async () => {
    const { room, ann, people } = await openRoom();
    await env.USER.getByName(String(ann.userId)).end(ann.sessionId, "all");
    expect(await room.enter(ann, "Ann")).toMatchObject({ failure: "session" });
    expect(await room.enter({ ...ann, kind: "operator" }, "Ann")).toMatchObject({ failure: "session" });
    expect(await people()).toEqual([]);
  });

  it("[RM4] numbered rooms are entered by everybody and a conversation by its two", async () => {
    const [ann, bob, eve] = await Promise.all([signIn("Ann"), signIn("Bob"), signIn("Eve")]);
    const numbered = roomOf(freshNumber());
    const direct = roomOf(directRoom(ann.userId, bob.userId));
    expect(await numbered.enter(eve, "Eve")).toEqual(IN);
    expect(await numbered.people(ann)).toEqual({ ok: true, value: ["Eve"] });
    expect(await direct.enter(bob, "Bob")).toEqual(IN);
    expect(await direct.enter(eve, "Eve")).toMatchObject({ failure: "forbidden" });
    expect(await direct.people(eve)).toMatchObject({ failure: "forbidden" });
    expect(await direct.leave(bob, "Bob")).toEqual(OUT);
    expect(await direct.people(ann)).toEqual({ ok: true, value: [] });
  });

  it("[RM4] 5,000 people enter at the same cost each, two rows, and are read in one query", async () => {
    await runInDurableObject(env.ROOM.getByName(freshNumber()), (_, { storage }) => {
      const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
      const exec = <Row extends Record<string, SqlStorageValue>>(query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = storage.sql.exec<Row>(query, ...bindings);
        cursors.push(cursor);
        return cursor;
      };
      const members = new MemberBook(withGet(storage.sql, "exec", exec));
      const names = Array.from({ length: 5_000 }, (_, i) => `user ${5_000 - i}`);
      for (const [i, name] of names.entries()) {
        storage.sql.exec("INSERT INTO person (user_id, name) VALUES (?, ?)", 5_000 - i, name);
        expect(members.enter(5_000 - i, 0, 1)).toBe(true);
      }
      expect(cursors.map(({ rowsWritten }) => rowsWritten)).toEqual(Array(5_000).fill(2));
      expect(Math.max(...cursors.map(({ rowsRead }) => rowsRead))).toBeLessThan(5);
      cursors.length = 0;
      expect(members.entered()).toEqual(names);
      expect(cursors.map(({ rowsRead }) => rowsRead)).toEqual([10_000]);
      cursors.length = 0;
      for (const [i, name] of names.entries()) expect(members.olderNamesakes({ id: 5_000 - i, name })).toEqual([]);
      expect(members.olderNamesakes({ id: 6_000, name: "user 1" })).toEqual([1]);
      expect(Math.max(...cursors.map(({ rowsRead }) => rowsRead))).toBeLessThan(5);
    });
  });
});

describe("a list of people that is full", () => {
  /** Everybody but one who fits in, written straight into the storage, and an object that has not counted yet. */
  async function fill(name: string): Promise<void> {
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage: { sql } }) => {
      sql.exec(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
          INSERT INTO member (user_id, role, since, entered) SELECT 1000000 + i, 'member', 0, i FROM n`,
        limits.PEOPLE_PER_ROOM_MAX - 1,
      );
    });
    await evictDurableObject(env.ROOM.getByName(name));
  }

  it("[RM4] takes nobody more, until somebody leaves or is removed; who is in is told so", async () => {
    const { room, name, owner, ann, bob } = await openRoom();
    await fill(name);
    expect(await room.enter(ann, "Ann")).toEqual(IN);
    const full = { failure: "roomFull", message: "the room's list of people is full" };
    expect(await room.enter(bob, "Bob")).toMatchObject(full);
    expect(await room.enter(ann, "Ann")).toMatchObject({ failure: "conflict" });

    expect(await room.leave(ann, "Ann")).toEqual(OUT);
    expect(await room.leave(ann, "Ann")).toEqual(ABSENT);
    expect(await room.enter(bob, "Bob")).toEqual(IN);
    expect(await room.enter(ann, "Ann")).toMatchObject(full);
    // Nor is there room for one more member who is not in.
    expect(await room.addMember(owner, ann.userId)).toMatchObject({ failure: "roomFull" });
    expect(await room.enter(ann, "Ann")).toMatchObject(full);
    await room.removeMember(owner, bob.userId);
    expect(await room.enter(owner, "Owner")).toEqual(IN);
    expect(await room.enter(ann, "Ann")).toMatchObject(full);
    expect(await room.leave(owner, "Owner")).toEqual(OUT);
    expect(await room.enter(ann, "Ann")).toEqual(IN);
  });

  it("[RO6] a room full of members takes nobody more who joins or is added, until one goes", async () => {
    const { room, name, owner, ann, bob } = await openRoom();
    await fill(name);
    expect(await room.join(ann, null)).toMatchObject({ failure: "roomFull" });
    expect(await room.addMember(owner, ann.userId)).toMatchObject({ failure: "roomFull" });
    expect(await room.removeMember(owner, 1_000_001)).toMatchObject({ ok: true });
    expect(await room.join(bob, null)).toMatchObject({ ok: true });
    expect(await room.join(bob, null)).toMatchObject({ ok: true });
    expect(await room.join(ann, null)).toMatchObject({ failure: "roomFull" });
  });

  it("[RM7] is empty in the next life of the room", async () => {
    const { room, name, owner, ann, bob, people } = await openRoom();
    await fill(name);
    expect(await room.enter(ann, "Ann")).toEqual(IN);
    await room.delete(owner);
    // A letter for each member of the life before is on its way: they are nobody's, and waking 100,000 users takes seconds.
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => void storage.sql.exec("DELETE FROM outbox"));
    await room.create(owner, "listed");
    expect(await room.enter(bob, "Bob")).toEqual(IN);
    expect(await people()).toEqual(["Bob"]);
    // Writing and deleting 100,000 people takes what the machine has left.
  }, 30_000);
});

describe("leaving", () => {
  it("[RM5] a member who leaves is no member any more, the owner stays one, and who is not in is told so", async () => {
    const { room, owner, ann, bob, people } = await openRoom();
    await room.enter(owner, "Owner");
    await room.enter(ann, "Ann");
    expect(await room.leave(bob, "Bob")).toEqual(ABSENT);
    expect(await room.leave(ann, "Ann")).toEqual(OUT);
    expect(await room.leave(owner, "Owner")).toEqual(OUT);
    expect(await room.leave(owner, "Owner")).toEqual(ABSENT);
    expect(await people()).toEqual([]);
    expect(await room.members(owner)).toEqual({
      ok: true,
      value: [{ userId: owner.userId, name: "Owner", role: "owner" }],
    });
  });

  it("[RM5] sockets of who leaves stay in a room that is open to all, and go with the access to a private one", async () => {
    const open = await openRoom();
    await open.room.enter(open.ann, "Ann");
    const { socket } = await join(open.name, open.ann);
    expect(await open.room.leave(open.ann, "Ann")).toEqual(OUT);
    await open.room.send(open.bob, { body: "still here?" });
    while ((await socket.next("events")).events.at(-1)?.body !== "still here?");

    const closed = await openRoom("private");
    await closed.room.addMember(closed.owner, closed.ann.userId);
    await closed.room.enter(closed.ann, "Ann");
    const gone = await join(closed.name, closed.ann);
    expect(await closed.room.leave(closed.ann, "Ann")).toEqual(OUT);
    expect(await gone.socket.closed).toMatchObject({ code: 4503 });
    expect(await closed.people(closed.ann)).toBe("forbidden");
  });

  it("[RM5] who is removed as a member is not in any more", async () => {
    const { room, owner, ann, people } = await openRoom();
    await room.enter(ann, "Ann");
    expect(await room.removeMember(owner, ann.userId)).toMatchObject({ ok: true });
    expect(await people()).toEqual([]);
    expect(await room.enter(ann, "Ann")).toEqual(IN);
  });
});

describe("the name that a client gives for itself", () => {
  it("[LM5] is the credential's own in any spelling, or refused: on send, enter and leave", async () => {
    const { room, ann, people } = await openRoom();
    for (const personName of ["Bob", "", "Owner", "An", "Ann\0", " Ann", "\ud800"]) {
      const refusal = { failure: personName === "" ? "badRequest" : "forbidden" };
      expect(await room.send(ann, { body: "x", personName })).toMatchObject(refusal);
      expect(await room.enter(ann, personName)).toMatchObject(refusal);
      expect(await room.leave(ann, personName)).toMatchObject(refusal);
    }
    expect(await people()).toEqual([]);
    expect(await room.enter(ann, "ANN")).toEqual(IN);
    expect(await people()).toEqual(["Ann"]);
    expect(await room.send(ann, { id: "1", body: "x", personName: "ann" })).toMatchObject({
      ok: true,
      value: { seq: 2 },
    });
    expect(await room.leave(ann, "aNN")).toEqual(OUT);
  });

  it("[LM5] is no part of the content that an id stands for", async () => {
    const { room, ann } = await openRoom();
    await room.send(ann, { id: "1", body: "x", personName: "Ann" });
    for (const message of [{ personName: "ANN" }, {}]) {
      const again = await room.send(ann, { id: "1", body: "x", ...message });
      expect(again).toMatchObject({ value: { seq: 1, duplicate: true } });
    }
    expect(await room.send(ann, { id: "1", body: "x", personName: "Bob" })).toMatchObject({ failure: "forbidden" });
  });
});
