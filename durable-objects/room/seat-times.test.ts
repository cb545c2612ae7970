import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { freshNumber, roomOf, signIn, valueIn } from "../lib/test-people.ts";
import { evict } from "./test-changes.ts";
import { openRoom } from "./test-rooms.ts";

const HOUR_MS = 3_600_000;

/** Where a seat that was asked for at a time begins, and the head that it is given. */
async function seatAt(room: string, who: Identity, sinceMs?: number) {
  const { after, seq } = valueIn(await roomOf(room).seat(who, crypto.randomUUID(), "c", sinceMs));
  return { after, seq };
}

it("[CA5] a seat begins behind what the room had when it was asked for, and without a time at the head", async () => {
  const [room, ann] = [freshNumber(), await signIn()];
  const first = valueIn(await roomOf(room).send(ann, { body: "1" }));
  const second = valueIn(await roomOf(room).send(ann, { body: "2" }));
  expect(await seatAt(room, ann)).toEqual({ after: undefined, seq: 2 });
  expect(await seatAt(room, ann, second.at + 1)).toEqual({ after: 2, seq: 2 });
  // Of the same millisecond nobody knows which was first.
  expect((await seatAt(room, ann, second.at)).after).toBe(first.at < second.at ? 1 : 0);
  expect(await seatAt(room, ann, first.at - 1)).toEqual({ after: 0, seq: 2 });
});

it("[CA5] a seat looks back as far as SEAT_LOOK_BACK_MS_MAX and the room's memory, and not into times to come", async () => {
  const [room, ann] = [freshNumber(), await signIn()];
  const { at } = valueIn(await roomOf(room).send(ann, { body: "1" }));
  await expect.poll(() => Date.now() > at + limits.SEAT_LOOK_BACK_MS_MAX, { timeout: 5_000 }).toBe(true);
  valueIn(await roomOf(room).send(ann, { body: "2" }));
  expect(await seatAt(room, ann, 0)).toEqual({ after: 1, seq: 2 });
  await evict(room);
  expect(await seatAt(room, ann, 0)).toEqual({ after: 2, seq: 2 });
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    storage.sql.exec("UPDATE event SET at = ?", Date.now() + HOUR_MS);
  });
  await evict(room);
  valueIn(await roomOf(room).send(ann, { body: "3" }));
  expect(await seatAt(room, ann, 0)).toEqual({ after: 3, seq: 3 });
});

it("[CA5] [RO13] a seat begins behind what a newcomer may not see, and a guest of such a room at the head", async () => {
  const { name, room, owner, ann, bob } = await openRoom("listed", { newcomersSeeHistory: false });
  for (const body of ["1", "2"]) valueIn(await room.send(owner, { body }));
  valueIn(await room.addMember(owner, ann.userId));
  const { seq } = valueIn(await room.send(owner, { body: "after ann came" }));
  expect(await seatAt(name, ann, 0)).toEqual({ after: seq - 2, seq });
  expect(await seatAt(name, bob, 0)).toEqual({ after: seq, seq });
});

it("[RO13] a seat in a private room says from where on its member may read; one of who sees everything says nothing", async () => {
  const { name, room, owner, ann } = await openRoom("private", { newcomersSeeHistory: false });
  valueIn(await room.addMember(owner, ann.userId));
  valueIn(await room.removeMember(owner, ann.userId));
  const { seq } = valueIn(await room.send(owner, { body: "while ann was away" }));
  valueIn(await room.addMember(owner, ann.userId));
  const seat = async (who: Identity) => valueIn(await roomOf(name).seat(who, crypto.randomUUID(), "c"));
  expect(await seat(ann)).toMatchObject({ visibleFrom: seq + 1, seq: seq + 1 });
  expect((await seat(owner)).visibleFrom).toBeUndefined();
});
