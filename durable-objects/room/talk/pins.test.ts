import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { directRoom } from "../../../contracts/names.ts";
import { freshRoom, roomOf, signIn, valueIn } from "../../lib/test-people.ts";
import { Room } from "../room.ts";
import { evict, readLog } from "../test-changes.ts";
import { join } from "../test-room.ts";

/** A room of Ann's with a guest, Bob, and some messages. */
async function begin(messages = 1) {
  const room = freshRoom();
  const [ann, bob] = [await signIn("Ann"), await signIn("Bob")];
  valueIn(await roomOf(room).create(ann, "listed"));
  await Promise.all(Array.from({ length: messages }, (_, i) => roomOf(room).send(bob, { body: `m${i}` })));
  const pin = (by: Identity, seq: number, on = true, id?: string) =>
    roomOf(room).change(by, { type: "pin", seq, on, ...(id === undefined ? {} : { id }) });
  const pinned = async () => valueIn(await roomOf(room).pins(bob)).map(({ message }) => message.seq);
  return { room, ann, bob, pin, pinned };
}

it("[TA9] pins are listed the newest first, with who pinned what and how it reads now", async () => {
  const { room, ann, bob, pin } = await begin(2);
  for (const seq of [2, 1]) valueIn(await pin(ann, seq));
  valueIn(await roomOf(room).change(bob, { type: "edit", seq: 2, body: "new" }));
  for (const evicted of [false, true]) {
    if (evicted) await evict(room);
    const pins = valueIn(await roomOf(room).pins(bob));
    expect(pins).toHaveLength(2);
    expect(pins.find(({ message }) => message.seq === 2)).toEqual({
      by: { id: ann.userId, name: "Ann" },
      at: expect.any(Number),
      message: expect.objectContaining({ seq: 2, body: "new" }),
    });
    expect(pins.map(({ at }) => at)).toEqual(pins.map(({ at }) => at).sort((a, b) => b - a));
  }
});

it("[TA10] a pin is an event, and what changes nothing takes no seq", async () => {
  const { room, ann, pin, pinned } = await begin();
  expect(await pin(ann, 1)).toMatchObject({ value: { seq: 2, duplicate: false } });
  expect(await pin(ann, 1)).toMatchObject({ value: { seq: 2, duplicate: true } });
  expect(await pinned()).toEqual([1]);
  expect(await pin(ann, 1, false)).toMatchObject({ value: { seq: 3, duplicate: false } });
  expect(await pin(ann, 1, false)).toMatchObject({ value: { seq: 3, duplicate: true } });
  expect(await pinned()).toEqual([]);
  await evict(room);
  expect((await readLog(room, ann)).slice(1)).toMatchObject([
    { kind: "pin", target: 1, pinned: true, from: { name: "Ann" } },
    { kind: "pin", target: 1, pinned: false },
  ]);
});

it("[TA10] an id stands for pinning or for taking down, not for both", async () => {
  const { ann, pin } = await begin();
  valueIn(await pin(ann, 1, true, "k"));
  expect(await pin(ann, 1, true, "k")).toMatchObject({ value: { seq: 2, duplicate: true } });
  expect(await pin(ann, 1, false, "k")).toMatchObject({ failure: "conflict" });
});

it("[TA10] live on the socket, for those who may; the refusal says why not", async () => {
  const { room, ann, bob } = await begin();
  const { socket } = await join(room, bob);
  socket.send({ type: "pin", id: "p", seq: 1, on: true });
  expect(await socket.next("refused")).toMatchObject({ id: "p", failure: "forbidden" });
  const { socket: owners } = await join(room, ann);
  owners.send({ type: "pin", id: "p", seq: 1, on: true });
  expect(await owners.next("ok")).toMatchObject({ id: "p", seq: 2 });
  expect(await socket.next("events")).toMatchObject({ events: [{ kind: "pin", target: 1, pinned: true }] });
});

it("[TA10] either of the two of a conversation pins, and nobody in a numbered room", async () => {
  const { ann, bob } = await begin();
  const pair = directRoom(ann.userId, bob.userId);
  await roomOf(pair).send(ann, { body: "x" });
  expect(await roomOf(pair).change(bob, { type: "pin", seq: 1, on: true })).toMatchObject({ ok: true });
  await roomOf("77").send(ann, { body: "x" });
  expect(await roomOf("77").change(ann, { type: "pin", seq: 1, on: true })).toMatchObject({ failure: "forbidden" });
});

it("[TA10] a deletion takes the pin with it, and what is deleted, no message or not there is not pinned", async () => {
  const { room, ann, bob, pin, pinned } = await begin();
  valueIn(await pin(ann, 1));
  valueIn(await roomOf(room).change(bob, { type: "delete", seq: 1 }));
  expect(await pinned()).toEqual([]);
  expect(await pin(ann, 1)).toMatchObject({ failure: "conflict" });
  expect(await pin(ann, 2)).toMatchObject({ failure: "badRequest" });
  expect(await pin(ann, 9)).toMatchObject({ failure: "notFound" });
});

it("[TA10] a room has at most 100 pins, and room for another when one is taken down", async () => {
  const { ann, pin, pinned } = await begin(limits.PINS_PER_ROOM_MAX + 1);
  for (let seq = 1; seq <= limits.PINS_PER_ROOM_MAX; seq++) valueIn(await pin(ann, seq));
  const last = limits.PINS_PER_ROOM_MAX + 1;
  expect(await pin(ann, last)).toMatchObject({ failure: "conflict" });
  expect(await pin(ann, 1)).toMatchObject({ value: { duplicate: true } });
  valueIn(await pin(ann, 1, false));
  valueIn(await pin(ann, last));
  expect(await pinned()).toHaveLength(limits.PINS_PER_ROOM_MAX);
});

it("[TA9] nobody sees a pin of what is older than what they may see", async () => {
  const { room, ann, pin } = await begin(2);
  for (const seq of [1, 2]) valueIn(await pin(ann, seq));
  await runInDurableObject(env.ROOM.getByName(room), (_, state) => {
    expect(new Room(state, env, room).pins.all(2).map(({ message }) => message.seq)).toEqual([2]);
  });
});
