import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import { freshNumber, freshRoom, roomOf, signIn } from "../lib/test-people.ts";
import { join } from "./test-room.ts";

/** A private room with its owner and one member. */
async function createRoom(): Promise<{ room: string; owner: Identity; member: Identity }> {
  const room = freshRoom();
  const [owner, member] = await Promise.all([signIn("Owner"), signIn("Member")]);
  await roomOf(room).create(owner, "private");
  await roomOf(room).addMember(owner, member.userId);
  return { room, owner, member };
}

describe("members of a room", () => {
  it("[RM3] a member may leave and loses the socket with it", async () => {
    const { room, owner, member } = await createRoom();
    const { socket } = await join(room, member);
    expect(await roomOf(room).removeMember(member, member.userId)).toMatchObject({ ok: true });
    expect(await socket.closed).toMatchObject({ code: 4503 });
    expect(await roomOf(room).history(member, { after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).members(owner)).toEqual({
      ok: true,
      value: [{ userId: owner.userId, name: "Owner", role: "owner" }],
    });
  });

  it("[RM3] members and strangers remove nobody else, and strangers see no members", async () => {
    const { room, owner, member } = await createRoom();
    const stranger = await signIn("Stranger");
    for (const somebody of [member, stranger]) {
      expect(await roomOf(room).removeMember(somebody, owner.userId)).toMatchObject({ failure: "forbidden" });
      expect(await roomOf(room).addMember(somebody, stranger.userId)).toMatchObject({ failure: "forbidden" });
    }
    expect(await roomOf(room).removeMember(stranger, member.userId)).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).removeMember(stranger, stranger.userId)).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).members(stranger)).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).members(member)).toMatchObject({ ok: true });
  });

  it("[RM3] an administrator manages members of a room without reading it", async () => {
    const { room, member } = await createRoom();
    const admin = await signIn("Admin");
    await env.USER.getByName(String(admin.userId)).makeAdmin();
    expect(await roomOf(room).removeMember(admin, member.userId)).toMatchObject({ ok: true });
    expect(await roomOf(room).addMember(admin, member.userId)).toMatchObject({ ok: true });
    expect(await roomOf(room).addMember(admin, member.userId, "moderator")).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).members(admin)).toMatchObject({ ok: true });
    expect(await roomOf(room).history(admin, { after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
  });

  it("[RM3] an administrator who is no member of a private room does not let themselves in, and of another does", async () => {
    const { room, owner } = await createRoom();
    const admin = await signIn("Admin");
    await env.USER.getByName(String(admin.userId)).makeAdmin();
    const refusal = { failure: "forbidden", message: expect.stringContaining("private") };
    expect(await roomOf(room).addMember(admin, admin.userId)).toMatchObject(refusal);
    expect(await roomOf(room).history(admin, { after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
    expect(await roomOf(room).addMember(owner, admin.userId)).toMatchObject({ ok: true });
    expect(await roomOf(room).addMember(admin, admin.userId)).toMatchObject({ ok: true });
    const open = freshRoom();
    await roomOf(open).create(owner, "unlisted");
    expect(await roomOf(open).addMember(admin, admin.userId)).toMatchObject({ ok: true });
  });

  it("[RM3] removing nobody and managing a room that nobody created are refused", async () => {
    const { room, owner } = await createRoom();
    expect(await roomOf(room).removeMember(owner, 999_999)).toMatchObject({ failure: "notFound" });
    expect(await roomOf(freshRoom()).addMember(owner, owner.userId)).toMatchObject({ failure: "notFound" });
    expect(await roomOf(freshNumber()).addMember(owner, owner.userId)).toMatchObject({ failure: "forbidden" });
  });

  it("[RM2] of creations at the same time exactly one succeeds", async () => {
    const room = freshRoom();
    const people = await Promise.all(Array.from({ length: 5 }, () => signIn()));
    const created = await Promise.all(people.map((person) => roomOf(room).create(person, "listed")));
    const refused = created.flatMap((reply) => (reply.ok ? [] : reply.failure));
    expect(refused).toEqual(Array(4).fill("nameTaken"));
    const owner = people[created.findIndex(({ ok }) => ok)];
    expect(await roomOf(room).members(people[0] ?? (await signIn()))).toEqual({
      ok: true,
      value: [{ userId: owner?.userId, name: expect.any(String), role: "owner" }],
    });
  });
});
