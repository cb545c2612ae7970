import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import { freshRoom, openSession, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { join } from "./test-room.ts";

const IN = { ok: true, value: null };

const userOf = ({ userId }: Identity) => env.USER.getByName(String(userId));
const endOf = ({ sessionId, expiresAtMs }: Identity) => ({ id: sessionId, expiresAtMs });

/** Two users of one name, in the order in which the directory would have made them: the earlier one has the lower id. */
async function namesakes(name: string): Promise<readonly [Identity, Identity]> {
  const [a, b] = await Promise.all([signIn(name), signIn(name)]);
  return a.userId < b.userId ? [a, b] : [b, a];
}

/** A room that is somebody's, and what an onlooker who is not in it sees. */
async function openRoom(owner: Identity) {
  const name = freshRoom();
  const room = roomOf(name);
  const eve = await signIn("Eve");
  valueIn(await room.create(owner, "listed"));
  const people = async () => valueIn(await room.people(eve));
  const members = async () => new Map(valueIn(await room.members(eve)).map(({ userId, role }) => [userId, role]));
  return { name, room, people, members };
}

/** Signs out, so that the rooms are not told when the account goes, and removes the account. */
async function removeUntold(user: Identity): Promise<void> {
  await userOf(user).end(user.sessionId, "all");
  await userOf(user).remove();
}

it("[RM4] a removed user is not in, no member and without a socket, also after eviction", async () => {
  const [owner, ann, bob] = await Promise.all([signIn("Owner"), signIn("Ann"), signIn("Bob")]);
  const { name, room, people, members } = await openRoom(owner);
  expect(await room.enter(ann, "Ann")).toEqual(IN);
  expect(await room.enter(bob, "Bob")).toEqual(IN);
  const { socket } = await join(name, ann);
  expect(await userOf(ann).remove()).toEqual({ sessions: 1, closed: 1, pending: 0 });
  expect(await socket.closed).toMatchObject({ code: 4501 });
  for (let i = 0; i < 2; i++) {
    expect(await people()).toEqual(["Bob"]);
    expect(await members()).toEqual(
      new Map([
        [owner.userId, "owner"],
        [bob.userId, "member"],
      ]),
    );
    await evictDurableObject(env.ROOM.getByName(name));
  }
});

it("[RM4] a removed user who was added and never entered is no member any more", async () => {
  const [owner, ann] = await Promise.all([signIn("Owner"), signIn("Ann")]);
  const { room, members } = await openRoom(owner);
  await room.addMember(owner, ann.userId);
  valueIn(await room.describe(ann));
  await userOf(ann).remove();
  expect(await members()).toEqual(new Map([[owner.userId, "owner"]]));
});

it("[RM4] an owner who is removed is not in any more and stays the owner", async () => {
  const owner = await signIn("Owner");
  const { room, people, members } = await openRoom(owner);
  expect(await room.enter(owner, "Owner")).toEqual(IN);
  await userOf(owner).remove();
  expect(await people()).toEqual([]);
  expect(await members()).toEqual(new Map([[owner.userId, "owner"]]));
});

it("[RM4] the news of a removal takes out that user alone, however often it comes, and an ended session nobody", async () => {
  const [owner, ann, bob] = await Promise.all([signIn("Owner"), signIn("Ann"), signIn("Bob")]);
  const { room, people } = await openRoom(owner);
  await room.enter(ann, "Ann");
  await room.enter(bob, "Bob");
  await room.revoke([endOf(ann)]);
  expect(await people()).toEqual(["Ann", "Bob"]);
  const news = { ...endOf(ann), removedUserId: ann.userId };
  for (let i = 0; i < 3; i++) {
    await room.revoke([news, { ...endOf(await openSession(ann.userId)), removedUserId: ann.userId }]);
    expect(await people()).toEqual(["Bob"]);
  }
});

it("[RM4] where nobody told of the removal, the name's next user takes the older id out by entering", async () => {
  const owner = await signIn("Owner");
  const [older, newer] = await namesakes("Ann");
  const { room, people, members } = await openRoom(owner);
  expect(await room.enter(older, "Ann")).toEqual(IN);
  await removeUntold(older);
  expect(await people()).toEqual(["Ann"]);
  expect(await room.enter(newer, "Ann")).toEqual(IN);
  expect(await people()).toEqual(["Ann"]);
  expect(await members()).toEqual(
    new Map([
      [owner.userId, "owner"],
      [newer.userId, "member"],
    ]),
  );
});

it("[RM4] the next user of an owner's name is not the owner, and the owner's id is not in any more", async () => {
  const [older, newer] = await namesakes("Ann");
  const { room, people, members } = await openRoom(older);
  expect(await room.enter(older, "Ann")).toEqual(IN);
  await removeUntold(older);
  for (const reply of [IN, { failure: "conflict" }]) {
    expect(await room.enter(newer, "Ann")).toMatchObject(reply);
    expect(await people()).toEqual(["Ann"]);
  }
  expect(await members()).toEqual(
    new Map([
      [older.userId, "owner"],
      [newer.userId, "member"],
    ]),
  );
  expect(await room.delete(newer)).toMatchObject({ failure: "forbidden" });
});

it("[RM4] a session that the room still believes in never takes out the name's next user", async () => {
  const owner = await signIn("Owner");
  const [older, newer] = await namesakes("Ann");
  const { room, people, members } = await openRoom(owner);
  await room.enter(newer, "Ann");
  await room.enter(older, "Ann");
  expect((await members()).get(newer.userId)).toBe("member");
  await userOf(older).remove();
  expect(await people()).toEqual(["Ann"]);
  expect((await members()).get(newer.userId)).toBe("member");
});
