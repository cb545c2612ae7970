import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { isAllowed } from "../../../contracts/permissions.ts";
import type { Change } from "../../../contracts/services.ts";
import { freshNumber, roomOf, valueIn } from "../../lib/test-people.ts";
import { Room } from "../room.ts";
import { withGet } from "../test-bench.ts";
import { join } from "../test-room.ts";
import {
  DONE,
  edit,
  evict,
  FORBIDDEN,
  meet,
  moderate,
  openClub,
  react,
  readLog,
  remove,
  setProfile,
} from "./test-club.ts";

describe("mutes", () => {
  it("[MO4] a muted user posts, edits and reacts no more, and reads and deletes on, after eviction too", async () => {
    const { name, room, moderator, member } = await openClub();
    for (let i = 0; i < 3; i++) await room.send(member, { body: "before" });
    expect(await moderate(name, moderator, "mute", member)).toEqual(DONE);
    for (const seq of [1, 2]) {
      const refused = await room.send(member, { body: "but" });
      expect(refused).toMatchObject({ ...FORBIDDEN, retryAfterMs: expect.any(Number) });
      expect(refused.ok || refused.retryAfterMs).toBeGreaterThan(50_000);
      for (const change of [edit(3), react(3)]) expect(await room.change(member, change)).toMatchObject(FORBIDDEN);
      expect(await room.change(member, remove(seq))).toMatchObject({ ok: true });
      expect(await readLog(name, member)).toMatchObject([{}, {}, { body: "before" }, ...Array(seq).fill({})]);
      await evict(name);
    }
    expect(await moderate(name, moderator, "unmute", member)).toEqual(DONE);
    expect(await room.send(member, { body: "after" })).toMatchObject({ ok: true });
  });

  it("[MO4] a mute ends by itself, is as long as the newest says, and is bounded", async () => {
    const { name, room, owner, member } = await openClub();
    const mute = (untilMs: number) => room.moderate(owner, { type: "mute", userId: member.userId, untilMs });
    for (const past of [0, Date.now() - 1]) expect(await mute(past)).toMatchObject({ failure: "badRequest" });
    expect(await mute(Number.MAX_SAFE_INTEGER)).toEqual(DONE);
    const [longest] = valueIn(await room.restrictions(owner));
    expect(longest?.untilMs).toBeLessThanOrEqual(Date.now() + limits.MUTE_SECONDS_MAX * 1000);
    expect(await mute(Date.now() + 60_000)).toEqual(DONE);
    expect(valueIn(await room.restrictions(owner))).toHaveLength(1);
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      storage.sql.exec("UPDATE mute SET until = ?", Date.now() - 1);
    });
    await evict(name);
    expect(await room.send(member, { body: "free" })).toMatchObject({ ok: true });
    expect(valueIn(await room.restrictions(owner))).toEqual([]);
  });

  it("[MO4] a muted socket stays, hears everything, and is told why its sends are refused", async () => {
    const { name, room, owner, member } = await openClub();
    const { socket } = await join(name, member);
    await moderate(name, owner, "mute", member);
    socket.send({ type: "send", id: "a", body: "but" });
    expect(await socket.next("refused")).toMatchObject({
      id: "a",
      failure: "forbidden",
      retryAfterMs: expect.any(Number),
    });
    await room.send(owner, { body: "quiet now" });
    expect((await socket.next("events")).events).toMatchObject([{ body: "quiet now" }]);
  });
});

/** A second life of the room's rules on its storage, whose disk answers when the test says so. */
async function withSlowDisk(name: string, act: (room: Room, written: () => void) => Promise<void>): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(name), async (_, ctx) => {
    const sync = Promise.withResolvers<void>();
    const slow = withGet(ctx.storage, "sync", () => sync.promise);
    await act(new Room(withGet(ctx, "storage", slow), env, name), () => sync.resolve());
  });
}

describe("what waits", () => {
  it.each(["mute", "kick", "ban"] as const)("[MO10] [P7] of a user is refused when a %s comes first", async (type) => {
    const { name, owner, member } = await openClub("private");
    const [from, by] = [
      { id: member.userId, name: "Member" },
      { id: owner.userId, name: "Owner" },
    ];
    await withSlowDisk(name, async (room, written) => {
      const first = room.send(from, member.sessionId, { body: "first" });
      await expect.poll(() => room.log.head).toBe(1);
      const waiting = room.send(from, member.sessionId, { body: "waits" });
      const changing = room.change(from, member.sessionId, react(1));
      const act = { userId: from.id, type: type === "mute" ? "unmute" : type } as const;
      const muted = { userId: from.id, type: "mute", untilMs: Date.now() + 60_000 } as const;
      const caller = { person: by, sessionId: owner.sessionId, standing: "owner" } as const;
      expect(room.moderation.act(caller, type === "mute" ? muted : act)).toMatchObject({ ok: true });
      written();
      expect(await first).toMatchObject({ ok: true });
      for (const late of [waiting, changing]) expect(await late).toMatchObject(FORBIDDEN);
      expect(room.log.after(0, 9, 9_999).map(({ event }) => event.body ?? event.kind)).not.toContain("waits");
    });
  });

  it("[MO10] [P3] who repeats what stands is told where, muted or not; with other content it is a new message", async () => {
    const { name, room, owner, member } = await openClub();
    const message = { id: "once", body: "taken" };
    const sent = valueIn(await room.send(member, message));
    const changed = valueIn(await room.change(member, { ...edit(1), id: "edit" }));
    await moderate(name, owner, "mute", member);
    expect(await room.send(member, message)).toEqual({ ok: true, value: { ...sent, duplicate: true } });
    expect(await room.change(member, { ...edit(1), id: "edit" })).toEqual({
      ok: true,
      value: { ...changed, duplicate: true },
    });
    expect(await room.send(member, { ...message, body: "other" })).toMatchObject(FORBIDDEN);
    expect(await room.change(member, { ...edit(1), body: "other", id: "edit" } as Change)).toMatchObject(FORBIDDEN);
  });
});

describe("who may post", () => {
  const people = ["owner", "moderator", "member", "reader", "guest"] as const;

  it.each(["everybody", "members", "moderators"] as const)(
    "[MO11] in a room for %s: as the table says",
    async (whoMayPost) => {
      const club = await openClub();
      await setProfile(club.name, { whoMayPost });
      for (const who of people) {
        const standing = who === "reader" ? "read-only" : who;
        const may = isAllowed(standing, "post", { whoMayPost, whoMayInvite: "owner" });
        expect([who, (await club.room.send(club[who], { body: "x" })).ok]).toEqual([who, may]);
      }
    },
  );

  it("[MO11] who may only read posts, edits and reacts no more, and deletes the own messages", async () => {
    const { name, room, owner, member } = await openClub();
    expect(await room.send(member, { body: "x" })).toMatchObject({ ok: true });
    await room.addMember(owner, member.userId, "read-only");
    await evict(name);
    expect(await room.send(member, { body: "x" })).toMatchObject(FORBIDDEN);
    for (const change of [edit(1), react(1)]) expect(await room.change(member, change)).toMatchObject(FORBIDDEN);
    expect(await room.change(member, remove(1))).toMatchObject({ ok: true });
  });

  it("[MO12] in an archived room nobody writes; deletions go on", async () => {
    const { name, room, owner, member } = await openClub();
    for (let i = 0; i < 2; i++) await room.send(member, { body: "kept" });
    await setProfile(name, { archived: true });
    for (const by of [owner, member]) {
      expect(await room.send(by, { body: "x" })).toMatchObject(FORBIDDEN);
      for (const change of [edit(1), react(1)]) expect(await room.change(by, change)).toMatchObject(FORBIDDEN);
    }
    expect(await room.change(member, remove(1))).toMatchObject({ ok: true });
    expect(await room.change(owner, remove(2))).toMatchObject({ ok: true });
  });

  it("[MO11] a numbered room is everybody's, whatever its storage says of people", async () => {
    const { ann } = await meet();
    const name = freshNumber();
    await roomOf(name).send(ann, { body: "x" });
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => {
      storage.sql.exec("INSERT INTO mute VALUES (?, 1, 1, ?, '')", ann.userId, Date.now() + 60_000);
      storage.sql.exec("INSERT INTO ban VALUES (?, 1, 1, '')", ann.userId);
    });
    await evict(name);
    expect(await roomOf(name).send(ann, { body: "x" })).toMatchObject({ ok: true });
  });
});
