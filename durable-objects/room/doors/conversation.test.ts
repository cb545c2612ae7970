import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { directRoom } from "../../../contracts/names.ts";
import { roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { Notices } from "../notices/notices.ts";
import { evict } from "../test-changes.ts";
import { connect } from "../test-room.ts";

const personOf = ({ userId }: Identity, name: string) => ({ id: userId, name });
const nobody = 999_999_999_999;

/** A conversation that nobody opened yet, and the letters of all rooms from now on. */
async function meet() {
  const [ann, bob] = await Promise.all([signIn("Ann"), signIn("Bob")]);
  const name = directRoom(ann.userId, bob.userId);
  const post = vi.spyOn(Notices.prototype, "post");
  const letters = () => post.mock.calls.splice(0).map(([notice]) => notice);
  const both = [ann, bob].map(({ userId }) => ({ type: "membership", userId, isIn: true }));
  return { ann, bob, name, room: roomOf(name), letters, both };
}

it("[RO9] a conversation is opened into both inboxes once, whoever asks, also after eviction", async () => {
  const { ann, bob, name, room, letters, both } = await meet();
  const first = valueIn(await room.open(ann, personOf(bob, "Bob")));
  expect(first).toMatchObject({ room: name, kind: "direct", visibility: "private", head: 0 });
  expect(letters()).toEqual(expect.arrayContaining(both));
  await evict(name);
  expect(valueIn(await room.open(bob, personOf(ann, "Ann")))).toMatchObject({ epoch: first.epoch });
  expect(letters()).toEqual([]);
});

it("[RO9] the first message opens it too, over REST as over gochat's push", async () => {
  for (const push of [false, true]) {
    const { ann, bob, room, letters, both } = await meet();
    const send = (body: string) => (push ? room.push(ann, { body }, bob.userId, 1) : room.send(ann, { body }));
    expect(valueIn(await send("hi"))).toMatchObject({ seq: 1 });
    expect(letters()).toEqual(expect.arrayContaining(both));
    valueIn(await send("hi again"));
    expect(letters()).toEqual([]);
  }
});

it("[RO9] a conversation with oneself is one letter", async () => {
  const { ann, letters } = await meet();
  const name = directRoom(ann.userId, ann.userId);
  valueIn(await roomOf(name).open(ann, personOf(ann, "Ann")));
  expect(letters()).toEqual([{ type: "membership", userId: ann.userId, isIn: true }]);
  expect(valueIn(await roomOf(name).send(ann, { body: "note" }))).toMatchObject({ seq: 1 });
});

it("[RO9] nobody opens a conversation of others, nor one in a room that is none", async () => {
  const { ann, bob, room } = await meet();
  const eve = await signIn("Eve");
  expect(await room.open(eve, personOf(bob, "Bob"))).toMatchObject({ failure: "forbidden" });
  expect(await room.send(eve, { body: "x" })).toMatchObject({ failure: "forbidden" });
  expect(await roomOf("77").open(ann, personOf(bob, "Bob"))).toMatchObject({ failure: "badRequest" });
});

it("[RO9] nobody writes to nobody, over REST or a socket, and gochat's push goes on as it did", async () => {
  const { ann } = await meet();
  const name = directRoom(ann.userId, nobody);
  expect(await roomOf(name).send(ann, { body: "x" })).toMatchObject({ failure: "notFound" });
  await expect(connect(name, ann)).rejects.toThrow("404");
  expect(valueIn(await roomOf(name).push(ann, { body: "x" }, nobody, 1))).toMatchObject({ seq: 1 });
  // That somebody pushed there makes nobody somebody.
  expect(await roomOf(name).send(ann, { body: "x" })).toMatchObject({ failure: "notFound" });
});

it("[RO9] a session that ends while the room asks for the other one sends nothing", async () => {
  const { ann, name } = await meet();
  await runInDurableObject(env.ROOM.getByName(name), async (object) => {
    await object.describe(ann);
    const sending = object.send(ann, { body: "x" });
    await object.revoke([{ id: ann.sessionId, expiresAtMs: ann.expiresAtMs }]);
    expect(await sending).toMatchObject({ failure: "session" });
  });
});
