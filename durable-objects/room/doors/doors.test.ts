import { describe, expect, it, vi } from "vitest";
import { directRoom } from "../../../contracts/names.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { Notices } from "../notices/notices.ts";
import { evict, readLog } from "../test-changes.ts";
import { openRoom, readNotes, toMembership } from "../test-rooms.ts";

describe("joining", () => {
  it.each(["listed", "unlisted"] as const)("[RO6] a room that is %s takes everybody, once", async (visibility) => {
    const { name, room, ann, log } = await openRoom(visibility);
    for (let i = 0; i < 3; i++) {
      expect(valueIn(await room.join(ann, null))).toMatchObject({ role: "member", members: 2 });
      await evict(name);
    }
    const both = await Promise.all([room.join(ann, null), room.join(ann, "whatever")]);
    expect(both).toMatchObject([{ ok: true }, { ok: true }]);
    expect((await log()).map(toMembership)).toEqual([["member", "Ann", "Ann", "joined", "member"]]);
    expect(valueIn(await room.people(ann))).toEqual([]);
  });

  it("[RO6] a numbered room takes everybody, a conversation nobody, and one that is not there is told so", async () => {
    const [ann, bob, eve] = await Promise.all([signIn("Ann"), signIn("Bob"), signIn("Eve")]);
    const number = freshNumber();
    expect(valueIn(await roomOf(number).join(ann, null))).toMatchObject({ role: "member", kind: "numbered" });
    expect((await readLog(number, bob)).map(toMembership)).toEqual([["member", "Ann", "Ann", "joined", "member"]]);
    for (const somebody of [ann, eve]) {
      const reply = await roomOf(directRoom(ann.userId, bob.userId)).join(somebody, null);
      expect(reply).toMatchObject({ failure: "forbidden" });
    }
    expect(await roomOf(`none ${number}`).join(ann, null)).toMatchObject({ failure: "notFound" });
  });

  it("[RO6] leaving ends the membership, the owner stays, and who is no member is told so", async () => {
    const { room, owner, ann, log, roleOf } = await openRoom();
    valueIn(await room.join(ann, null));
    expect(await room.removeMember(ann, ann.userId)).toEqual({ ok: true, value: null });
    expect(await roleOf(ann)).toBeUndefined();
    expect(await room.removeMember(owner, owner.userId)).toMatchObject({ failure: "conflict" });
    expect(await room.removeMember(owner, ann.userId)).toMatchObject({ failure: "notFound" });
    expect((await log()).map(toMembership)[1]).toEqual(["member", "Ann", "Ann", "left", null]);
  });

  it("[RO5] who is banned neither joins nor uses the room, whoever adds them, and with no invitation", async () => {
    const { room, owner, eve } = await openRoom();
    const { token } = valueIn(await room.invite(owner, { expiresAtMs: null, uses: 1 }));
    valueIn(await room.moderate(owner, { type: "ban", userId: eve.userId }));
    const banned = { failure: "forbidden", message: "you are banned from this room" };
    for (const visibility of ["listed", "private"] as const) {
      valueIn(await room.configure(owner, { visibility }));
      expect(await room.join(eve, token)).toMatchObject(banned);
      expect(await room.send(eve, { body: "x" })).toMatchObject(banned);
      expect(await room.history(eve, { after: 0, limit: 1 })).toMatchObject(banned);
      expect(await room.describe(eve)).toMatchObject(banned);
      expect(await room.enter(eve, "Eve")).toMatchObject(banned);
      expect(await room.addMember(owner, eve.userId)).toMatchObject({ failure: "conflict" });
      expect(await room.addMember(owner, eve.userId, "moderator")).toMatchObject({ failure: "conflict" });
    }
    expect(valueIn(await room.invitations(owner))).toMatchObject([{ usesLeft: 1 }]);
  });
});

describe("members", () => {
  it("[RO3] every change of a membership is an event, with who did it, to whom, and the role", async () => {
    const { name, room, owner, ann, bob, log } = await openRoom();
    valueIn(await room.addMember(owner, ann.userId, "moderator"));
    valueIn(await room.addMember(ann, bob.userId));
    for (const role of ["read-only", "read-only", "member"] as const)
      valueIn(await room.addMember(owner, bob.userId, role));
    valueIn(await room.enter(bob, "Bob"));
    valueIn(await room.removeMember(owner, bob.userId));
    valueIn(await room.enter(bob, "Bob"));
    valueIn(await room.leave(bob, "Bob"));
    expect((await log()).map(toMembership)).toEqual([
      ["member", "Owner", "Ann", "joined", "moderator"],
      ["member", "Ann", "Bob", "joined", "member"],
      ["member", "Owner", "Bob", "role", "read-only"],
      ["member", "Owner", "Bob", "role", "member"],
      ["member", "Owner", "Bob", "removed", null],
      ["member", "Bob", "Bob", "joined", "member"],
      ["member", "Bob", "Bob", "left", null],
    ]);
    const notes = (await readNotes(name)).map(({ actor, action, subject, reason }) => [actor, action, subject, reason]);
    expect(notes).toEqual([
      [owner.userId, "add", ann.userId, "moderator"],
      [ann.userId, "add", bob.userId, "member"],
      [owner.userId, "role", bob.userId, "read-only"],
      [owner.userId, "role", bob.userId, "member"],
    ]);
    await evict(name);
    expect(await log()).toHaveLength(7);
  });

  it("[RO3] a conversation of two has no events of who entered it", async () => {
    const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
    const name = directRoom(ann.userId, bob.userId);
    valueIn(await roomOf(name).enter(bob, "Bob"));
    valueIn(await roomOf(name).leave(bob, "Bob"));
    expect(await readLog(name, ann)).toEqual([]);
  });

  it("[RO3] users learn by letter that a room is theirs, and that it is not any more", async () => {
    const post = vi.spyOn(Notices.prototype, "post");
    const letters = () => post.mock.calls.splice(0).map(([notice]) => notice);
    const told = ({ userId }: { readonly userId: number }, isIn: boolean) => ({ type: "membership", userId, isIn });
    const { room, owner, ann, bob } = await openRoom();
    expect(letters()).toEqual([told(owner, true)]);
    valueIn(await room.join(ann, null));
    valueIn(await room.join(ann, null));
    valueIn(await room.addMember(owner, bob.userId));
    valueIn(await room.addMember(owner, bob.userId, "read-only"));
    expect(letters()).toEqual([told(ann, true), told(bob, true)]);
    valueIn(await room.removeMember(ann, ann.userId));
    expect(letters()).toEqual([told(ann, false)]);
    valueIn(await room.delete(owner));
    expect(letters()).toEqual(expect.arrayContaining([told(owner, false), told(bob, false)]));
    post.mockRestore();
  });

  it("[RO7] who may invite adds members, as the room's setting says, and gives no roles with it", async () => {
    const { room, owner, ann, bob, eve } = await openRoom("private");
    valueIn(await room.addMember(owner, ann.userId));
    expect(await room.addMember(ann, bob.userId)).toMatchObject({ failure: "forbidden" });
    valueIn(await room.configure(owner, { whoMayInvite: "members" }));
    expect(await room.addMember(ann, bob.userId, "member")).toMatchObject({ failure: "forbidden" });
    expect(valueIn(await room.addMember(ann, bob.userId))).toEqual({ userId: bob.userId, name: "Bob", role: "member" });
    valueIn(await room.addMember(owner, bob.userId, "read-only"));
    expect(await room.addMember(bob, eve.userId)).toMatchObject({ failure: "forbidden" });
    expect(await room.addMember(ann, 999_999_999)).toMatchObject({ failure: "notFound" });
  });
});
