import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { directRoom } from "../../contracts/names.ts";
import { freshNumber, freshRoom, openSession, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { ABSENT, createRoom, DELETED, rowsOf } from "./test-deletion.ts";
import { connect, join } from "./test-room.ts";

describe("who may delete a room", () => {
  it("[RM6] not a stranger, a member, a dead session or the operator's token", async () => {
    const { room, owner } = await createRoom();
    const [member, stranger] = await Promise.all([signIn("Member"), signIn("Stranger")]);
    await room.addMember(owner, member.userId);
    await room.enter(member, "Member");
    for (const somebody of [member, stranger]) {
      expect(await room.delete(somebody)).toMatchObject({ failure: "forbidden" });
    }
    expect(await room.delete({ ...owner, kind: "operator" })).toMatchObject({ failure: "session" });
    const other = await openSession(owner.userId);
    await env.USER.getByName(String(owner.userId)).end(other.sessionId, [owner.sessionId]);
    expect(await room.delete(owner)).toMatchObject({ failure: "session" });
    expect(await room.people(member)).toEqual({ ok: true, value: ["Member"] });
    expect(await room.delete(other)).toEqual(DELETED);
  });

  it("[RM6] not a session that ends while the room asks whether its user is an administrator", async () => {
    const { name, room, owner } = await createRoom();
    await runInDurableObject(env.ROOM.getByName(name), async (object) => {
      const deleting = object.delete(owner);
      await object.revoke([{ id: owner.sessionId, expiresAtMs: owner.expiresAtMs }]);
      expect(await deleting).toMatchObject({ failure: "session" });
    });
    expect(await room.describe(await signIn())).toMatchObject({ ok: true });
  });

  it("[RM6] the owner, and an administrator who may not read it; a room that is gone or never was is told so", async () => {
    const admin = await signIn("Admin");
    await env.USER.getByName(String(admin.userId)).makeAdmin();
    const theirs = await createRoom("private");
    expect(await theirs.room.delete(admin)).toEqual(DELETED);
    const { room, owner } = await createRoom("private");
    expect(await room.delete(owner)).toEqual(DELETED);
    for (const somebody of [owner, admin, await signIn("Stranger")]) {
      expect(await room.delete(somebody)).toEqual(ABSENT);
      expect(await roomOf(freshRoom()).delete(somebody)).toEqual(ABSENT);
    }
  });

  it("[RM6] nothing is written where there is nothing to delete", async () => {
    const { name, room, owner } = await createRoom();
    const meta = () =>
      runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => [...storage.sql.exec("SELECT * FROM meta")]);
    await room.delete(owner);
    const before = await meta();
    expect(await room.delete(owner)).toEqual(ABSENT);
    expect(await meta()).toEqual(before);
  });

  it("[RM6] numbered and direct rooms are deleted by nobody", async () => {
    const [ann, admin] = await Promise.all([signIn("Ann"), signIn("Admin")]);
    await env.USER.getByName(String(admin.userId)).makeAdmin();
    for (const name of [freshNumber(), directRoom(ann.userId, admin.userId)]) {
      await roomOf(name).send(ann, { body: "x" });
      for (const somebody of [ann, admin]) {
        expect(await roomOf(name).delete(somebody)).toMatchObject({ failure: "forbidden" });
      }
      expect(await roomOf(name).describe(ann)).toMatchObject({ value: { head: 1 } });
    }
  });

  it("[RM6] of deletions at the same time one deletes", async () => {
    const { room, owner } = await createRoom();
    const replies = await Promise.all(Array.from({ length: 5 }, () => room.delete(owner)));
    expect(replies.filter((reply) => reply.ok && reply.value)).toHaveLength(1);
    expect(replies.filter((reply) => reply.ok && !reply.value)).toHaveLength(4);
  });
});

describe("what is left of a deleted room", () => {
  it.each(["at once", "after eviction"])("[RM7] nothing that the next life could see, %s", async (when) => {
    const { name, room, owner, epoch } = await createRoom("private");
    const ann = await signIn("Ann");
    await room.addMember(owner, ann.userId);
    await room.enter(ann, "Ann");
    for (const id of ["1", "2"]) await room.send(ann, { id, body: `old ${id}`, stamp: { id } });
    const { socket } = await join(name, ann);
    socket.send({ type: "read", seq: 2 }, { type: "history", req: 1, after: 0, limit: 1 });
    await socket.next("history");
    expect(await room.delete(owner)).toEqual(DELETED);
    if (when === "after eviction") await evictDurableObject(env.ROOM.getByName(name));
    for (const gone of [room.send(ann, { body: "x" }), room.history(ann, { after: 0, limit: 9 }), room.people(ann)]) {
      expect(await gone).toMatchObject({ failure: "notFound" });
    }
    await expect(connect(name, ann)).rejects.toThrow("404");
    if (when === "after eviction") await evictDurableObject(env.ROOM.getByName(name));

    const next = valueIn(await room.create(ann, "listed"));
    expect(next).toMatchObject({ head: 0, messages: 0, visibility: "listed", role: "owner" });
    expect(next.epoch).not.toBe(epoch);
    expect(await room.members(owner)).toEqual({
      ok: true,
      value: [{ userId: ann.userId, name: "Ann", role: "owner" }],
    });
    expect(await room.people(owner)).toEqual({ ok: true, value: [] });
    expect(await room.send(ann, { id: "1", body: "new" })).toEqual({
      ok: true,
      value: { epoch: next.epoch, seq: 1, at: expect.any(Number), duplicate: false },
    });
    const page = valueIn(await room.history(owner, { after: 0, limit: 9 }));
    expect(page).toMatchObject({ epoch: next.epoch, head: 1, more: false, events: [{ seq: 1, body: "new" }] });
    const again = await join(name, ann);
    expect(again.welcome).toMatchObject({ seq: 1, you: { read: 0, unread: 1 }, presence: { count: 1 } });
  });

  it("[RM7] no row in any table but its new epoch, its stamp in the lobby, letters on their way and the sessions that are known, with their names", async () => {
    const { name, room, owner } = await createRoom();
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    for (const person of [ann, bob]) await room.send(person, { id: "1", body: "x" });
    await room.enter(ann, "Ann");
    // Bob's session is over and forgotten; his name would be all that tells that he was here.
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      storage.sql.exec("DELETE FROM session WHERE user_id = ?", bob.userId);
    });
    await room.delete(owner);
    // The epoch, and once the lobby was told, the stamp of that.
    await expect.poll(() => rowsOf(name)).toEqual({ meta: 2, person: 2, session: 2 });
    await room.create(bob, "listed");
    await room.send(bob, { body: "here again" });
    await evictDurableObject(env.ROOM.getByName(name));
    const { events } = valueIn(await room.history(ann, { after: 0, limit: 9 }));
    expect(events).toMatchObject([{ from: { name: "Bob" } }]);
  });

  it("[RO11] but letters on their way and the numbers of letters, which never begin anew", async () => {
    const { name, room, owner } = await createRoom();
    const post = (sql: SqlStorage) =>
      sql.exec<{ no: number }>(
        "INSERT INTO outbox (target, body, due_at) VALUES ('somebody', '{}', 4e12) RETURNING no",
      );
    const before = await runInDurableObject(env.ROOM.getByName(name), (_, { storage: { sql } }) => post(sql).one().no);
    await room.delete(owner);
    await evictDurableObject(env.ROOM.getByName(name));
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage: { sql } }) => {
      expect(sql.exec("SELECT no FROM outbox WHERE target = 'somebody'").toArray()).toEqual([{ no: before }]);
      sql.exec("DELETE FROM outbox");
      expect(post(sql).one().no).toBeGreaterThan(before);
      sql.exec("DELETE FROM outbox");
    });
  });

  it("[RM7] its bytes: the storage shrinks, so that a full log is no obstacle to the next life", async () => {
    const { name, room, owner } = await createRoom();
    await Promise.all(Array.from({ length: 200 }, () => room.send(owner, { body: "x".repeat(20_000) })));
    const bytes = () => runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => storage.sql.databaseSize);
    expect(await bytes()).toBeGreaterThan(4_000_000);
    await room.delete(owner);
    expect(await bytes()).toBeLessThan(200_000);
  });

  it("[RR3] dead sessions stay dead, also after eviction", async () => {
    const { name, room, owner } = await createRoom();
    const eve = await signIn("Eve");
    await room.send(eve, { body: "x" });
    await room.revoke([{ id: eve.sessionId, expiresAtMs: eve.expiresAtMs }]);
    await room.delete(owner);
    await room.create(owner, "listed");
    expect(await room.send(eve, { body: "x" })).toMatchObject({ failure: "session" });
    await evictDurableObject(env.ROOM.getByName(name));
    expect(await room.send(eve, { body: "x" })).toMatchObject({ failure: "session" });
  });
});

describe("sockets of a deleted room", () => {
  it("[RM7] are closed with 4504, and a resume in the next life is a reset", async () => {
    const { name, room, owner, epoch } = await createRoom();
    const ann = await signIn("Ann");
    const { socket } = await join(name, ann);
    const silent = await connect(name, ann);
    for (const body of ["a", "b"]) await room.send(owner, { body });
    while ((await socket.next("events")).events.at(-1)?.seq !== 2);
    socket.send({ type: "ack", seq: 2 });
    await room.delete(owner);
    for (const closed of [socket.closed, silent.closed]) {
      expect(await closed).toMatchObject({ code: 4504, reason: "the room was deleted" });
    }
    const next = valueIn(await room.create(owner, "listed"));
    await room.send(owner, { body: "new" });
    const resumed = await join(name, ann, { epoch, seq: 2 });
    expect(await resumed.socket.next("reset")).toEqual({ type: "reset", epoch: next.epoch, seq: 1 });
    await room.send(owner, { body: "newer" });
    expect(await resumed.socket.next("events")).toMatchObject({ after: 1, events: [{ seq: 2, body: "newer" }] });
  });

  it("[RM7] take no seat in the next life, also when the object is evicted before they have closed", async () => {
    const { name, room, owner } = await createRoom();
    const { socket } = await join(name, await signIn("Ann"));
    await room.delete(owner);
    await evictDurableObject(env.ROOM.getByName(name));
    await room.create(owner, "listed");
    await room.send(owner, { body: "new" });
    expect(await room.presence(owner, 0, 9)).toMatchObject({ value: { count: 0 } });
    expect(await socket.closed).toMatchObject({ code: 4504 });
    expect(socket.pending.filter(({ type }) => type === "events")).toEqual([]);
  });
});
