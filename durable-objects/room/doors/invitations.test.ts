import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { evict } from "../test-changes.ts";
import { openRoom, readNotes } from "../test-rooms.ts";

const forEver = { expiresAtMs: null, uses: null };
const notValid = { ok: false, failure: "forbidden", message: "this invitation is not valid: ask for a new one" };

describe("an invitation", () => {
  it("[RO8] lets in with a token of 128 bits, of which the room keeps a hash alone", async () => {
    const { name, room, owner, ann } = await openRoom("private");
    const { token, id } = valueIn(await room.invite(owner, forEver));
    expect(Buffer.from(token, "base64url")).toHaveLength(16);
    const stored = await runInDurableObject(env.ROOM.getByName(name), (_, { storage }) =>
      JSON.stringify(storage.sql.exec("SELECT * FROM invitation").toArray()),
    );
    expect(stored).toContain(id);
    expect(stored).not.toContain(token);
    expect(JSON.stringify(await room.invitations(owner))).not.toContain(token);
    await evict(name);
    expect(valueIn(await room.join(ann, token))).toMatchObject({ role: "member" });
    expect(await room.history(ann, { after: 0, limit: 1 })).toMatchObject({ ok: true });
    expect((await readNotes(name))[0]).toMatchObject({ actor: owner.userId, action: "invite" });
  });

  it("[RO8] that is wrong, expired, used up, revoked or another room's is answered in one way", async () => {
    const { room, owner, ann, bob } = await openRoom("private");
    const other = await openRoom("private");
    const used = valueIn(await room.invite(owner, { expiresAtMs: null, uses: 1 }));
    valueIn(await room.join(bob, used.token));
    const revoked = valueIn(await room.invite(owner, forEver));
    valueIn(await room.revokeInvitation(owner, revoked.id));
    const tokens = [
      "",
      "x",
      "%",
      revoked.id,
      used.token,
      revoked.token,
      valueIn(await room.invite(owner, { expiresAtMs: Date.now() - 1, uses: null })).token,
      valueIn(await other.room.invite(other.owner, forEver)).token,
    ];
    for (const token of tokens) expect(await room.join(ann, token)).toEqual(notValid);
    expect(await room.join(ann, null)).toMatchObject({ failure: "forbidden" });
    expect(await room.describe(ann)).toMatchObject({ failure: "forbidden" });
  });

  it("[RO8] counts its uses with the memberships: of joins at the same time the last use lets one in", async () => {
    const { name, room, owner } = await openRoom("private");
    const { token, id } = valueIn(await room.invite(owner, { expiresAtMs: null, uses: 2 }));
    const people = await Promise.all(Array.from({ length: 5 }, () => signIn()));
    const first = people[0] as Identity;
    valueIn(await room.join(first, token));
    // A member uses none up.
    valueIn(await room.join(first, token));
    expect(valueIn(await room.invitations(owner))).toMatchObject([{ id, usesLeft: 1 }]);
    const replies = await Promise.all(people.slice(1).map((person) => room.join(person, token)));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(1);
    expect(replies.filter(({ ok }) => !ok)).toEqual(Array(3).fill(notValid));
    await evict(name);
    expect(valueIn(await room.members(owner))).toHaveLength(3);
    expect(valueIn(await room.invitations(owner))).toEqual([]);
  });

  it("[RO8] whose use cannot be written with the membership is not used", async () => {
    const { name, room, owner, ann } = await openRoom("private");
    const { token } = valueIn(await room.invite(owner, { expiresAtMs: null, uses: 1 }));
    await runInDurableObject(env.ROOM.getByName(name), async (object, { storage }) => {
      storage.sql.exec("CREATE TRIGGER poison BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no'); END");
      await expect(object.join(ann, token)).rejects.toThrow("no");
      storage.sql.exec("DROP TRIGGER poison");
    });
    expect(await room.describe(ann)).toMatchObject({ failure: "forbidden" });
    expect(valueIn(await room.join(ann, token))).toMatchObject({ role: "member", members: 2 });
  });

  it("[RO8] is as good as its maker's right to invite", async () => {
    const { room, owner, ann, bob, eve } = await openRoom("private", { whoMayInvite: "members" });
    valueIn(await room.addMember(owner, ann.userId));
    const { token } = valueIn(await room.invite(ann, forEver));
    valueIn(await room.addMember(owner, ann.userId, "read-only"));
    expect(await room.join(bob, token)).toEqual(notValid);
    valueIn(await room.addMember(owner, ann.userId, "member"));
    valueIn(await room.join(bob, token));
    valueIn(await room.removeMember(owner, ann.userId));
    // Nor does it let its maker back in.
    for (const somebody of [ann, eve]) expect(await room.join(somebody, token)).toEqual(notValid);
  });

  it("[RO8] of many, INVITATIONS_PER_ROOM_MAX are good at the same time", async () => {
    const { room, owner } = await openRoom("private");
    const terms = { expiresAtMs: null, uses: 1 };
    for (let i = 0; i < limits.INVITATIONS_PER_ROOM_MAX; i++) valueIn(await room.invite(owner, terms));
    expect(await room.invite(owner, terms)).toMatchObject({ failure: "conflict" });
    const [first] = valueIn(await room.invitations(owner));
    valueIn(await room.revokeInvitation(owner, first?.id ?? ""));
    expect(await room.invite(owner, terms)).toMatchObject({ ok: true });
  });
});

describe("who manages invitations", () => {
  it("[RO8] owner and moderators see and revoke all, others who may invite their own", async () => {
    const { name, room, owner, ann, bob, eve } = await openRoom("listed", { whoMayInvite: "members" });
    valueIn(await room.addMember(owner, ann.userId, "moderator"));
    valueIn(await room.addMember(owner, bob.userId));
    const ofOwner = valueIn(await room.invite(owner, forEver));
    const ofBob = valueIn(await room.invite(bob, forEver));
    const seen = async (by: Identity) => valueIn(await room.invitations(by)).map(({ createdBy }) => createdBy.name);
    expect([await seen(owner), await seen(ann), await seen(bob)]).toEqual([
      ["Owner", "Bob"],
      ["Owner", "Bob"],
      ["Bob"],
    ]);
    expect(await room.invitations(eve)).toMatchObject({ failure: "forbidden" });
    expect(await room.invite(eve, forEver)).toMatchObject({ failure: "forbidden" });
    // What is there and what is not is the same to who may revoke neither.
    for (const by of [bob, eve]) {
      for (const id of [ofOwner.id, "none"]) {
        expect(await room.revokeInvitation(by, id)).toEqual({
          ok: false,
          failure: "forbidden",
          message: "this is not an invitation of yours",
        });
      }
    }
    expect(await room.revokeInvitation(ann, "none")).toMatchObject({ failure: "notFound" });
    expect(await room.revokeInvitation(ann, ofBob.id)).toMatchObject({ ok: true });
    const [note] = (await readNotes(name)).slice(-1);
    expect(note).toMatchObject({ actor: ann.userId, action: "revoke", subject: bob.userId });
    expect(await seen(owner)).toEqual(["Owner"]);
  });

  it("[RO8] numbered rooms have none", async () => {
    const ann = await signIn();
    const room = roomOf(freshNumber());
    valueIn(await room.join(ann, null));
    expect(await room.invite(ann, forEver)).toMatchObject({ failure: "forbidden" });
    expect(await room.invitations(ann)).toMatchObject({ failure: "forbidden" });
    expect(await room.revokeInvitation(ann, "none")).toMatchObject({ failure: "forbidden" });
  });
});
