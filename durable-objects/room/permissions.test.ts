import { describe, expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import { permissions, type RoomAction, type Standing, standings } from "../../contracts/permissions.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Sent, VersionPage } from "../../contracts/services.ts";
import { freshNumber, freshRoom, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { join } from "./test-room.ts";

type Attempt = (room: string, by: Identity, own: number, foreign: number) => Promise<Reply<Sent | VersionPage>>;

/** Each action of the table, on a message of one's own or on somebody else's. */
const attempts: Readonly<Record<RoomAction, Attempt>> = {
  editOwn: (room, by, own) => roomOf(room).change(by, { type: "edit", seq: own, body: "new" }),
  deleteOwn: (room, by, own) => roomOf(room).change(by, { type: "delete", seq: own }),
  deleteAny: (room, by, _, foreign) => roomOf(room).change(by, { type: "delete", seq: foreign }),
  react: (room, by, _, foreign) => roomOf(room).change(by, { type: "react", seq: foreign, emoji: "👍", on: true }),
  readOwnVersions: (room, by, own) => roomOf(room).versions(by, { seq: own, after: 0, limit: 1 }),
  readVersions: (room, by, _, foreign) => roomOf(room).versions(by, { seq: foreign, after: 0, limit: 1 }),
};

/** A listed room with everybody in it, and a message of each and of a bystander. */
async function gather() {
  const room = freshRoom();
  const [owner, moderator, member, guest, bystander] = [
    await signIn("Owner"),
    await signIn("Moderator"),
    await signIn("Member"),
    await signIn("Guest"),
    await signIn("Bystander"),
  ];
  await roomOf(room).create(owner, "listed");
  await roomOf(room).addMember(owner, moderator.userId, "moderator");
  await roomOf(room).addMember(owner, member.userId);
  const people: Readonly<Record<Standing, Identity>> = { owner, moderator, member, guest };
  const write = async (by: Identity) => valueIn(await roomOf(room).send(by, { body: "old" })).seq;
  return { room, people, bystander, write };
}

describe.each(standings)("%s", (standing) => {
  it.each(Object.keys(attempts) as RoomAction[])("[ED5] %s is answered as the table says", async (action) => {
    const { room, people, bystander, write } = await gather();
    const [own, foreign] = [await write(people[standing]), await write(bystander)];
    const reply = await attempts[action](room, people[standing], own, foreign);
    expect(reply.ok ? "allowed" : reply.failure).toBe(permissions[action][standing] ? "allowed" : "forbidden");
  });

  it("[ED5] edits nobody else's message", async () => {
    const { room, people, bystander, write } = await gather();
    const edit = { type: "edit", seq: await write(bystander), body: "mine now" } as const;
    expect(await roomOf(room).change(people[standing], edit)).toMatchObject({ failure: "forbidden" });
  });
});

it("[ED5] who may not use the room changes nothing there, a message of the own past neither", async () => {
  const room = freshRoom();
  const [owner, leaver] = [await signIn("Owner"), await signIn("Leaver")];
  await roomOf(room).create(owner, "private");
  await roomOf(room).addMember(owner, leaver.userId, "moderator");
  await roomOf(room).send(leaver, { body: "hi" });
  await roomOf(room).removeMember(owner, leaver.userId);
  for (const change of [
    { type: "edit", seq: 1, body: "x" },
    { type: "delete", seq: 1 },
    { type: "react", seq: 1, emoji: "👍", on: true },
  ] as const) {
    expect(await roomOf(room).change(leaver, change)).toMatchObject({ failure: "forbidden" });
  }
  expect(await roomOf(room).versions(leaver, { seq: 1, after: 0, limit: 1 })).toMatchObject({ failure: "forbidden" });
  expect(await roomOf(freshRoom()).change(owner, { type: "delete", seq: 1 })).toMatchObject({ failure: "notFound" });
});

it("[RM8] the owner alone makes moderators and takes that back, and stays the owner", async () => {
  const { room, people, write, bystander } = await gather();
  const { owner, moderator, member, guest } = people;
  const seq = await write(bystander);
  for (const by of [moderator, member, guest]) {
    expect(await roomOf(room).addMember(by, by.userId, "moderator")).toMatchObject({ failure: "forbidden" });
  }
  expect(await roomOf(room).addMember(owner, owner.userId, "member")).toMatchObject({ failure: "conflict" });
  expect(await roomOf(room).addMember(owner, moderator.userId)).toMatchObject({ value: { role: "moderator" } });
  const { socket } = await join(room, moderator);
  expect(await roomOf(room).addMember(owner, moderator.userId, "member")).toMatchObject({ value: { role: "member" } });
  socket.send({ type: "delete", id: "d", seq });
  expect(await socket.next("refused")).toMatchObject({ id: "d", failure: "forbidden" });
  expect(await roomOf(room).describe(owner)).toMatchObject({ value: { role: "owner" } });
});

it("[RM8] numbered rooms have no moderators", async () => {
  const ann = await signIn();
  const reply = await roomOf(freshNumber()).addMember(ann, ann.userId, "moderator");
  expect(reply).toEqual(fail("forbidden", "only created rooms have members"));
});
