import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Reader, range } from "../support/reader.ts";
import { register, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

const CUT_READERS = Number(process.env.STORM_CUT ?? 1_500);
const SEATED_READERS = Number(process.env.STORM_SEATS ?? 5_000);
const STORM_SECONDS = Number(process.env.STORM_SECONDS ?? 4);
const JOINS_AT_ONCE = 200;

let server: Server;
let users: readonly User[];
beforeEach(async () => {
  server = await Server.start({ SENDS_PER_USER: "1000000", SENDS_PER_ROOM: "1000000" });
  users = await Promise.all(range(10).map(() => register(server.url)));
});
afterEach(() => server.stop());

it(`[P4] ${CUT_READERS} connections cut at once resume while messages go on: nothing is lost or doubled`, async () => {
  const readers = await fill("1", CUT_READERS);
  const writing = write("1", 10, 6);
  await pass(500); // some messages before the cut
  for (const reader of readers) reader.cut();
  const head = await writing;
  await expectAll(readers, head);
  expect(readers.every(({ dials }) => dials >= 2)).toBe(true);
  for (const { room } of readers) room.close();
}, 90_000);

it(`[P2] ${SEATED_READERS} connections in one room, 10 messages/s: every one gets every message in order`, async () => {
  const readers = await fill("1", SEATED_READERS);
  const head = await write("1", 10, STORM_SECONDS);
  await expectAll(readers, head);
  expect(readers.every(({ dials }) => dials === 1)).toBe(true);
  for (const { room } of readers) room.close();
}, 90_000);

/** Seats so many readers, a few hundred at a time. */
async function fill(room: string, count: number): Promise<readonly Reader[]> {
  const readers: Reader[] = [];
  while (readers.length < count) {
    const batch = range(Math.min(JOINS_AT_ONCE, count - readers.length)).map((i) => join(room, readers.length + i));
    readers.push(...batch);
    await expect.poll(() => batch.every(({ seq }) => seq === 0), { timeout: 20_000, interval: 20 }).toBe(true);
  }
  return readers;
}

function join(room: string, i: number): Reader {
  const user = users[i % users.length];
  return new Reader({ url: server.url, token: user?.token ?? "", room, light: true });
}

/** A steady stream; answers the last seq. */
async function write(room: string, perSecond: number, seconds: number): Promise<number> {
  const acks: Promise<{ seq: number }>[] = [];
  for (let i = 0; i < perSecond * seconds; i++) {
    acks.push(send(server.url, users[0]?.token ?? "", room, `message ${i}`));
    await pass(1_000 / perSecond); // the rate is what is tested
  }
  return Math.max(...(await Promise.all(acks)).map(({ seq }) => seq));
}

async function expectAll(readers: readonly Reader[], head: number): Promise<void> {
  const behind = () => readers.filter(({ seq }) => seq < head).length;
  await expect.poll(behind, { timeout: 30_000, interval: 100 }).toBe(0);
  const wanted = JSON.stringify(range(head));
  expect(readers.filter(({ seqs }) => JSON.stringify(seqs) !== wanted)).toHaveLength(0);
}
