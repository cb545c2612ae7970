import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { directRoom } from "../../contracts/names.ts";
import type { Reply } from "../../contracts/reply.ts";
import { createChatroom } from "./chatroom.ts";

const nobody = 999_999_999_999;
const chatroom = createChatroom(env);
const freshRoom = () => `room ${crypto.randomUUID()}`;

/** A user with an account and a live session. */
async function signIn(name = "Somebody"): Promise<Identity> {
  const userId = 1 + (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  const sessionId = crypto.randomUUID().replaceAll("-", "");
  const now = Date.now();
  const user = env.USER.getByName(String(userId));
  await user.create({ id: userId, name, password: { scheme: "argon2id", phc: "none" } });
  await user.openSession({ id: sessionId, createdAtMs: now, expiresAtMs: now + 60_000, label: "" });
  return { userId, sessionId, expiresAtMs: now + 60_000, kind: "user" };
}

function valueIn<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(`refused: ${reply.failure}`);
  return reply.value;
}

const dead = (identity: Identity): Identity => ({ ...identity, sessionId: "0".repeat(32) });
const page = { text: "", after: "", limit: 1 };

it("[RO10] a group is a private room of a name that cannot be guessed, its creator's, whose members may invite", async () => {
  const [ann, bob, cy] = await Promise.all([signIn("Ann"), signIn("Bob"), signIn("Cy")]);
  const ids = [bob.userId, cy.userId, bob.userId, ann.userId];
  const group = valueIn(await chatroom.createGroup(ann, "Us", ids));
  expect(group).toMatchObject({
    title: "Us",
    visibility: "private",
    whoMayInvite: "members",
    members: 3,
    role: "owner",
  });
  expect(group.room).toMatch(/^group-[\w-]{22}$/);
  expect(valueIn(await chatroom.createGroup(ann, "Us", ids)).room).not.toBe(group.room);
  const { token } = valueIn(await chatroom.invite(bob, group.room, { expiresAtMs: null, uses: 1 }));
  expect(valueIn(await chatroom.join(await signIn(), group.room, token))).toMatchObject({ members: 4 });
  expect(valueIn(await chatroom.members(cy, group.room)).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["Ann", "Bob", "Cy"]),
  );
});

it("[RO10] everybody in a group has to exist, and to be somebody else, or there is no group", async () => {
  const [ann, bob] = await Promise.all([signIn(), signIn()]);
  expect(await chatroom.createGroup(ann, "x", [bob.userId, nobody])).toMatchObject({ failure: "notFound" });
  expect(await chatroom.createGroup(ann, "x", [ann.userId])).toMatchObject({ failure: "badRequest" });
  const many = Array.from({ length: limits.GROUP_MEMBERS_MAX + 1 }, (_, i) => nobody + i);
  expect(await chatroom.createGroup(ann, "x", many)).toMatchObject({ failure: "badRequest" });
});

it("[RO1] a room whose members do not all exist is not made", async () => {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const room = freshRoom();
  const wishes = { title: "Tea", memberIds: [bob.userId, nobody] };
  expect(await chatroom.create(ann, room, "private", wishes)).toMatchObject({ failure: "notFound" });
  expect(await chatroom.describe(ann, room)).toMatchObject({ failure: "notFound" });
  const made = await chatroom.create(ann, room, "private", { ...wishes, memberIds: [bob.userId] });
  expect(made).toMatchObject({ value: { title: "Tea", members: 2 } });
});

it("[RO9] a conversation is one and the same from both sides, with oneself too, and not with nobody", async () => {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const [a, b] = await Promise.all([chatroom.openDirect(ann, bob.userId), chatroom.openDirect(bob, ann.userId)]);
  expect(a).toEqual(b);
  expect(valueIn(a)).toMatchObject({ room: directRoom(ann.userId, bob.userId), kind: "direct" });
  expect(await chatroom.openDirect(ann, ann.userId)).toMatchObject({ value: { kind: "direct" } });
  expect(await chatroom.openDirect(ann, nobody)).toMatchObject({ failure: "notFound" });
});

it("[RO9] [RO10] [RO12] a session that is dead, and an operator's, learn nothing of who there is and which rooms", async () => {
  const [ann, bob] = await Promise.all([signIn(), signIn()]);
  for (const by of [dead(ann), { ...ann, kind: "operator" } as const]) {
    expect(await chatroom.openDirect(by, nobody)).toMatchObject({ failure: "session" });
    expect(await chatroom.createGroup(by, "x", [nobody])).toMatchObject({ failure: "session" });
    expect(await chatroom.create(by, freshRoom(), "listed", { memberIds: [bob.userId] })).toMatchObject({
      failure: "session",
    });
    expect(await chatroom.search(by, page)).toMatchObject({ failure: "session" });
  }
  expect(await chatroom.search(ann, page)).toMatchObject({ ok: true });
});

it("[RO12] a lobby that does not answer is unavailable", async () => {
  const ann = await signIn();
  const away = {
    getByName(name: string) {
      const lobby = env.LOBBY.getByName(name);
      return { list: lobby.list, unlist: lobby.unlist, search: () => Promise.reject(new Error("away")) };
    },
  };
  expect(await createChatroom({ ...env, LOBBY: away }).search(ann, page)).toMatchObject({ failure: "unavailable" });
});
