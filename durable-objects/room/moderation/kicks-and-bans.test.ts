import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { LOBBY_NAME } from "../../../contracts/objects.ts";
import { valueIn } from "../../lib/test-people.ts";
import { connect, join } from "../test-room.ts";
import { DONE, evict, moderate, openClub, readLog } from "./test-club.ts";

/** How the lobby shows a room. */
const shown = async (name: string) =>
  (await env.LOBBY.getByName(LOBBY_NAME).search({ text: name, after: "", limit: 2 })).rooms;

/** What a user's own object knows of rooms. */
const inboxOf = ({ userId }: Identity) =>
  runInDurableObject(env.USER.getByName(String(userId)), (_, { storage }) =>
    storage.sql.exec("SELECT name, is_in FROM room").toArray(),
  );

/** Lets the room tell the lobby now what it would tell within 10 s. */
async function tellLobby(name: string): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
    storage.sql.exec("UPDATE job SET due_at = 0 WHERE kind = 'lobby'");
  });
  await runDurableObjectAlarm(env.ROOM.getByName(name));
}

describe("kicks", () => {
  it("[MO5] the membership ends, sockets are closed with the reason, and who may use the room comes back", async () => {
    const { name, room, moderator, member } = await openClub();
    const { socket } = await join(name, member);
    expect(await moderate(name, moderator, "kick", member)).toEqual({ ok: true, value: { removed: 0, closed: 1 } });
    expect(await socket.closed).toMatchObject({ code: 4503, reason: "you were removed from this room: rude" });
    const by = { id: moderator.userId, name: "Moderator" };
    expect(await readLog(name, moderator)).toMatchObject([
      {
        kind: "member",
        from: by,
        subject: { id: member.userId, name: "Member" },
        member: { change: "removed", role: null },
      },
    ]);
    expect(valueIn(await room.members(moderator)).map(({ userId }) => userId)).not.toContain(member.userId);
    expect(await room.send(member, { body: "back" })).toMatchObject({ ok: true });
    (await join(name, member)).socket.close();
  });

  it("[MO5] a private room is closed to who was kicked", async () => {
    const { name, room, owner, member } = await openClub("private");
    await moderate(name, owner, "kick", member);
    await expect(connect(name, member)).rejects.toThrow("403");
    expect(await room.history(member, { after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
  });

  it("[MO5] a guest's sockets are closed, which is noted and no event; who is not here is kicked by no act", async () => {
    const { name, room, owner, guest } = await openClub();
    const { socket } = await join(name, guest);
    expect(await moderate(name, owner, "kick", guest)).toMatchObject({ value: { closed: 1 } });
    expect(await socket.closed).toMatchObject({ code: 4503 });
    expect(await moderate(name, owner, "kick", guest)).toEqual(DONE);
    expect(valueIn(await room.moderationLog(owner, 99, 9)).entries).toHaveLength(1);
    expect(await readLog(name, owner)).toEqual([]);
  });

  it("[MO5] a reason longer than a close frame holds is cut at a whole character", async () => {
    const { name, room, owner, guest } = await openClub();
    const { socket } = await join(name, guest);
    await room.moderate(owner, { type: "kick", userId: guest.userId, reason: "é😀".repeat(100) });
    const { reason } = await socket.closed;
    expect(reason).toMatch(/^you were removed from this room: (é😀)+é?$/u);
    expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(123);
  });
});

describe("a membership that ends by force", () => {
  it.each(["kick", "ban"] as const)(
    "[MO5] [MO6] [RO3] by a %s is out of inbox and lobby, and noted once",
    async (type) => {
      const { name, room, owner, member } = await openClub("listed");
      await expect.poll(() => shown(name)).toMatchObject([{ members: 4 }]);
      await expect.poll(() => inboxOf(member)).toEqual([{ name, is_in: 1 }]);
      await moderate(name, owner, type, member);
      await expect.poll(() => inboxOf(member)).toEqual([{ name, is_in: 0 }]);
      await tellLobby(name);
      expect(await shown(name)).toMatchObject([{ members: 3 }]);
      expect(valueIn(await room.moderationLog(owner, 99, 9)).entries).toMatchObject([{ action: type, reason: "rude" }]);
    },
  );

  it("[MO6] a ban that cannot be written bans nobody, in memory neither", async () => {
    const { name, room, owner, member, guest } = await openClub();
    await runInDurableObject(env.ROOM.getByName(name), async (object, { storage }) => {
      storage.sql.exec("CREATE TRIGGER poison BEFORE INSERT ON moderation BEGIN SELECT RAISE(ABORT, 'no'); END");
      for (const { userId } of [member, guest]) {
        await expect(object.moderate(owner, { type: "ban", userId })).rejects.toThrow("no");
      }
      storage.sql.exec("DROP TRIGGER poison");
    });
    expect(valueIn(await room.describe(owner))).toMatchObject({ members: 4, head: 0 });
    for (const by of [member, guest]) expect(await room.send(by, { body: "still here" })).toMatchObject({ ok: true });
    expect(valueIn(await room.restrictions(owner))).toEqual([]);
  });
});

describe("bans", () => {
  it("[MO6] a member is out: nothing reaches the sockets any more, and nothing is done again, after eviction too", async () => {
    const { name, room, owner, moderator, member } = await openClub();
    const { socket } = await join(name, member);
    const watching = await join(name, owner);
    expect(await moderate(name, moderator, "ban", member)).toEqual({ ok: true, value: { removed: 0, closed: 1 } });
    await room.send(owner, { body: "not for the banned" });
    expect(await socket.closed).toMatchObject({ code: 4503, reason: "you are banned from this room: rude" });
    expect(socket.pending.filter(({ type }) => type === "events")).toEqual([]);
    const { events } = await watching.socket.next("events");
    expect(events).toMatchObject([{ kind: "member", subject: { id: member.userId }, member: { change: "banned" } }]);
    for (let i = 0; i < 2; i++) {
      await expect(connect(name, member)).rejects.toThrow("403");
      for (const reply of [
        room.send(member, { body: "x" }),
        room.history(member, { after: 0, limit: 1 }),
        room.change(member, { type: "react", seq: 2, emoji: "👍", on: true }),
        room.describe(member),
        room.enter(member, "Member"),
        room.people(member),
        room.presence(member, 0, 9),
        room.report(member, 2, "spite"),
      ]) {
        expect(await reply).toMatchObject({ failure: "forbidden" });
      }
      await evict(name);
    }
  });

  it("[MO6] a guest is banned without an event, and a ban stands once", async () => {
    const { name, room, owner, moderator, guest } = await openClub();
    await join(name, guest);
    expect(await moderate(name, moderator, "ban", guest)).toMatchObject({ value: { closed: 1 } });
    expect(await moderate(name, owner, "ban", guest)).toEqual(DONE);
    expect(await readLog(name, owner)).toEqual([]);
    expect(valueIn(await room.moderationLog(owner, 99, 9)).entries).toHaveLength(1);
    expect(valueIn(await room.restrictions(owner))).toMatchObject([{ type: "ban", by: { name: "Moderator" } }]);
  });

  it("[MO6] who is let back in is no member, and may use what guests may", async () => {
    const { name, room, owner, member } = await openClub();
    await moderate(name, owner, "ban", member);
    expect(await moderate(name, owner, "unban", member)).toEqual(DONE);
    expect(await moderate(name, owner, "unban", member)).toEqual(DONE);
    expect(await room.send(member, { body: "thanks" })).toMatchObject({ ok: true });
    expect(await room.describe(member)).toMatchObject({ value: { role: null } });
    expect(valueIn(await room.restrictions(owner))).toEqual([]);
    const actions = valueIn(await room.moderationLog(owner, 99, 9)).entries.map(({ action }) => action);
    expect(actions).toEqual(["unban", "ban"]);
  });
});
