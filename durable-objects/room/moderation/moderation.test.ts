import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { limits } from "../../../contracts/limits.ts";
import { isAllowed, outranks } from "../../../contracts/permissions.ts";
import { freshNumber, freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { DONE, evict, meet, moderate, openClub, readLog, rowsOf } from "./test-club.ts";

const acts = ["mute", "unmute", "kick", "ban", "unban", "purge"] as const;
const needs = { mute: "mute", unmute: "mute", kick: "kick", ban: "ban", unban: "ban", purge: "purge" } as const;
const present = ["owner", "moderator", "member", "reader", "guest"] as const;
const roles = { moderator: "moderator", member: "member", reader: "read-only" } as const;
const standingOf = (who: (typeof present)[number]) => (who === "reader" ? "read-only" : who);

type Club = Awaited<ReturnType<typeof openClub>>;

/** Makes somebody again what the club began with. */
async function restore({ name, room, owner, ...club }: Club, who: (typeof present)[number]): Promise<void> {
  if (who === "owner") return;
  for (const type of ["unmute", "unban"] as const) await moderate(name, owner, type, club[who]);
  if (who !== "guest") valueIn(await room.addMember(owner, club[who].userId, roles[who]));
}

function wanted(by: (typeof present)[number], whom: (typeof present)[number], type: (typeof acts)[number]): string {
  if (!isAllowed(standingOf(by), needs[type])) return "forbidden";
  if (by === whom) return "badRequest";
  return outranks(standingOf(by), standingOf(whom)) ? "done" : "forbidden";
}

describe("who may moderate whom", () => {
  it.each(acts)("[MO1] [MO2] %s: each standing to each other, as the table and the ranks say", async (type) => {
    const club = await openClub();
    await club.room.send(club.guest, { body: "so that the room knows the guest" });
    for (const by of present) {
      for (const whom of present) {
        const reply = await moderate(club.name, club[by], type, club[whom]);
        expect([by, whom, reply.ok ? "done" : reply.failure]).toEqual([by, whom, wanted(by, whom, type)]);
        if (reply.ok) await restore(club, whom);
      }
    }
  });

  it("[MO2] a moderator does nothing to another moderator", async () => {
    const { name, room, owner, moderator } = await openClub();
    const other = await signIn("Other moderator");
    await room.addMember(owner, other.userId, "moderator");
    for (const type of acts)
      expect(await moderate(name, moderator, type, other)).toMatchObject({ failure: "forbidden" });
  });

  it("[MO1] an administrator is nothing special here, and neither is a stranger, a dead session or the operator", async () => {
    const { name, member } = await openClub("private");
    const [admin, stranger, dead] = [await signIn("Admin"), await signIn("Stranger"), await signIn("Dead")];
    await env.USER.getByName(String(admin.userId)).makeAdmin();
    await env.USER.getByName(String(dead.userId)).end(dead.sessionId, "all");
    for (const type of acts) {
      for (const by of [admin, stranger]) {
        expect(await moderate(name, by, type, member)).toMatchObject({ failure: "forbidden" });
      }
      for (const by of [dead, { ...admin, kind: "operator" as const }]) {
        expect(await moderate(name, by, type, member)).toMatchObject({ failure: "session" });
      }
    }
    for (const by of [admin, stranger, member]) {
      expect(await roomOf(name).restrictions(by)).toMatchObject({ failure: "forbidden" });
      expect(await roomOf(name).moderationLog(by, 9, 9)).toMatchObject({ failure: "forbidden" });
      expect(await roomOf(name).reports(by, { after: "", limit: 9 })).toMatchObject({ failure: "forbidden" });
    }
  });

  it("[MO1] numbered rooms and direct conversations have no moderators", async () => {
    const { ann, bob, name } = await meet();
    for (const room of [name, freshNumber()]) {
      await roomOf(room).send(bob, { body: "x" });
      for (const type of acts) expect(await moderate(room, ann, type, bob)).toMatchObject({ failure: "forbidden" });
      expect(await roomOf(room).restrictions(ann)).toMatchObject({ failure: "forbidden" });
      expect(await roomOf(room).moderationLog(ann, 9, 9)).toMatchObject({ failure: "forbidden" });
      expect(await readLog(room, ann)).toHaveLength(1);
    }
    expect(await moderate(freshRoom(), ann, "ban", bob)).toMatchObject({ failure: "notFound" });
  });

  it("[MO3] a user whom nobody knows is not found, and only who may do it learns that", async () => {
    const { name, owner, member } = await openClub();
    for (const type of acts) {
      expect(await moderate(name, owner, type, 987_654_321)).toMatchObject({ failure: "notFound" });
      expect(await moderate(name, member, type, 987_654_321)).toMatchObject({ failure: "forbidden" });
    }
    expect(await rowsOf(name, "moderation")).toEqual([]);
  });

  it("[MO3] a user who was never here is muted and banned by the name that the account has", async () => {
    const { name, room, owner } = await openClub();
    const stranger = await signIn("Stranger");
    expect(await moderate(name, owner, "mute", stranger)).toEqual(DONE);
    expect(await moderate(name, owner, "ban", stranger)).toEqual(DONE);
    expect(await room.send(stranger, { body: "x" })).toMatchObject({ failure: "forbidden" });
    const user = { id: stranger.userId, name: "Stranger" };
    expect(valueIn(await room.restrictions(owner))).toMatchObject([{ user }, { user }]);
    expect(await readLog(name, owner)).toEqual([]);
  });
});

describe("the moderation log", () => {
  it("[MO7] says who did what to whom and why, the newest first, page by page, and is not the timeline", async () => {
    const { name, room, owner, moderator, guest } = await openClub();
    await room.send(guest, { body: "spam" });
    for (const type of ["mute", "unmute", "purge", "ban", "unban"] as const)
      await moderate(name, moderator, type, guest);
    const first = valueIn(await room.moderationLog(owner, Number.MAX_SAFE_INTEGER, 3));
    expect(first.more).toBe(true);
    const rest = valueIn(await room.moderationLog(owner, first.entries.at(-1)?.no ?? 0, 3));
    expect(rest.more).toBe(false);
    const entries = [...first.entries, ...rest.entries];
    expect(entries.map(({ action }) => action)).toEqual(["unban", "ban", "purge", "unmute", "mute"]);
    for (const entry of entries) {
      expect(entry).toMatchObject({
        at: expect.any(Number),
        by: { id: moderator.userId, name: "Moderator" },
        subject: { id: guest.userId, name: "Guest" },
        seq: null,
        reason: "rude",
      });
    }
    expect((await readLog(name, owner)).map(({ kind }) => kind)).toEqual(["message", "purge"]);
    await evict(name);
    expect(valueIn(await room.moderationLog(owner, Number.MAX_SAFE_INTEGER, 9)).entries).toEqual(entries);
  });

  it("[MO7] a message that somebody else deleted is noted, once, and one's own is not", async () => {
    const { room, moderator, member } = await openClub();
    const sent = [await room.send(member, { body: "a" }), await room.send(member, { body: "b" })].map(valueIn);
    await room.change(member, { type: "delete", seq: sent[0]?.seq ?? 0 });
    for (let i = 0; i < 2; i++) await room.change(moderator, { type: "delete", seq: sent[1]?.seq ?? 0 });
    expect(valueIn(await room.moderationLog(moderator, 99, 9)).entries).toMatchObject([
      { action: "delete", by: { name: "Moderator" }, subject: { name: "Member" }, seq: 2, reason: "" },
    ]);
  });
});

describe("who is restricted", () => {
  it("[MO8] mutes that run and bans, with who, by whom, since and until when, and why", async () => {
    const { name, room, owner, moderator, member, guest } = await openClub();
    await moderate(name, moderator, "mute", member);
    await moderate(name, owner, "ban", guest);
    const restrictions = valueIn(await room.restrictions(moderator));
    expect(restrictions).toHaveLength(2);
    expect(restrictions).toEqual(
      expect.arrayContaining([
        {
          type: "mute",
          user: { id: member.userId, name: "Member" },
          by: { id: moderator.userId, name: "Moderator" },
          at: expect.any(Number),
          untilMs: expect.any(Number),
          reason: "rude",
        },
        {
          type: "ban",
          user: { id: guest.userId, name: "Guest" },
          by: { id: owner.userId, name: "Owner" },
          at: expect.any(Number),
          untilMs: null,
          reason: "rude",
        },
      ]),
    );
  });

  it("[MO8] a room has so many and no more; what runs out or is taken back makes room", async () => {
    const { name, room, owner, member, guest } = await openClub();
    await moderate(name, owner, "mute", member);
    const fill = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${limits.RESTRICTIONS_PER_ROOM_MAX - 1})
      INSERT INTO ban SELECT i, 1, 1, '' FROM n`;
    await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) => void storage.sql.exec(fill));
    expect(await moderate(name, owner, "ban", guest)).toMatchObject({ failure: "conflict" });
    expect(await moderate(name, owner, "mute", guest)).toMatchObject({ failure: "conflict" });
    expect(await moderate(name, owner, "mute", member)).toEqual(DONE);
    await moderate(name, owner, "unmute", member);
    expect(await moderate(name, owner, "ban", guest)).toEqual(DONE);
    expect(valueIn(await room.restrictions(owner))).toHaveLength(limits.RESTRICTIONS_PER_ROOM_MAX);
  });
});
