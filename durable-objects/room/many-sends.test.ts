import { expect, it } from "vitest";
import { freshNumber, freshRoom, openSession, roomOf, signIn, valueIn } from "../lib/test-people.ts";

const outcomes = (replies: readonly { readonly ok: boolean }[]) =>
  replies.map((reply) => ("failure" in reply ? reply.failure : "ok"));

it("[UP5] sends of several people are answered in the order in which they came, each session's in its own order", async () => {
  const [ann, bob, room] = [await signIn("Ann"), await signIn("Bob"), roomOf(freshNumber())];
  const sends = [1, 2, 3, 4, 5, 6].map((i) => ({ identity: i % 2 === 0 ? ann : bob, message: { body: String(i) } }));
  const replies = await room.sendMany(sends);
  const seqs = replies.map((reply) => valueIn(reply).seq);
  expect([...seqs].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  const { events } = valueIn(await room.history(ann, { after: 0, limit: 10 }));
  expect(seqs.map((seq) => events[seq - 1]?.body)).toEqual(["1", "2", "3", "4", "5", "6"]);
  const byName = (name: string) => events.filter(({ from }) => from.name === name).map(({ body }) => body);
  expect([byName("Ann"), byName("Bob")]).toEqual([
    ["2", "4", "6"],
    ["1", "3", "5"],
  ]);
});

it("[UP5] [P5] who may not send is refused for each of their sends, and nobody else is", async () => {
  const [owner, stranger, room] = [await signIn(), await signIn(), roomOf(freshRoom())];
  valueIn(await room.create(owner, "private"));
  const dead = await openSession(owner.userId);
  await room.revoke([{ id: dead.sessionId, expiresAtMs: dead.expiresAtMs }]);
  const identities = [owner, stranger, dead, stranger];
  const replies = await room.sendMany(identities.map((identity) => ({ identity, message: { body: "x" } })));
  expect(outcomes(replies)).toEqual(["ok", "forbidden", "session", "forbidden"]);
});

it("[UP5] the same id in one call is the same message", async () => {
  const [ann, room] = [await signIn(), roomOf(freshNumber())];
  const send = { identity: ann, message: { id: "m", body: "x" } };
  const replies = (await room.sendMany([send, { ...send }])).map(valueIn);
  expect(replies.map(({ seq, duplicate }) => [seq, duplicate])).toEqual([
    [1, false],
    [1, true],
  ]);
});

it("[UP3] a seat on a carrier begins behind the newest seq", async () => {
  const [ann, room] = [await signIn("Ann"), roomOf(freshNumber())];
  valueIn(await room.send(ann, { body: "x" }));
  const { epoch } = valueIn(await room.describe(ann));
  const seated = await room.seat(ann, crypto.randomUUID(), "c");
  expect(seated).toEqual({ ok: true, value: { person: { id: ann.userId, name: "Ann" }, epoch, seq: 1 } });
});
