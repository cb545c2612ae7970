import { setTimeout as pass } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { readMetric } from "../support/metrics.ts";
import { residentBytes } from "../support/process-tree.ts";
import { Reader, range } from "../support/reader.ts";
import { register, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

const FLOW_BYTES = 50 * 1_024 * 1_024;
/** So many readers at once: what is kept for each of them would add up. */
const STALLED = 8;
/** How much the runtime may grow meanwhile. Measured: 107-150 MB, and 521 MB when the window has no end. */
const GROWTH_BYTES_MAX = 256 * 1_024 * 1_024;
const body = "x".repeat(limits.BODY_BYTES_MAX);

let server: Server;
let ann: User;
beforeAll(async () => {
  server = await Server.start({ SENDS_PER_USER: "1000000", SENDS_PER_ROOM: "1000000" });
  ann = await register(server.url);
});
afterAll(() => server.stop());

it("[P9] [P4] 50 MB flow past stalled readers: memory is bounded, they are told lagging, they catch up without a hole", async () => {
  const room = "1";
  const readers = range(STALLED).map(() => join(room));
  const writer = join(room);
  await expect.poll(() => [...readers, writer].every(({ seq }) => seq === 0)).toBe(true);
  for (const reader of readers) reader.pause();
  const before = residentBytes(server.workerPid);
  const count = Math.ceil(FLOW_BYTES / body.length);
  const peak = await peakWhile(() => Promise.all(range(count).map(() => writer.room.send(body))));
  expect(await readMetric(server.url, "edgechat_lagging_total")).toBeGreaterThanOrEqual(STALLED);
  expect(peak - before).toBeLessThan(GROWTH_BYTES_MAX);

  for (const reader of readers) reader.resume();
  await expect.poll(() => readers.map(({ seq }) => seq), { timeout: 60_000 }).toEqual(readers.map(() => count));
  for (const reader of readers) {
    expect(reader.seqs).toEqual(range(count));
    expect(reader.notices).toContain("lagging");
    expect(reader.dials).toBe(1);
  }
  for (const { room: connection } of [...readers, writer]) connection.close();
}, 120_000);

it("[P4] a reader stalls, the room is quiet for 12 s and hibernates, the reader reads on: no hole", async () => {
  const room = "2";
  const reader = join(room);
  await expect.poll(() => reader.seq).toBe(0);
  reader.pause();
  // More than the window: the socket's queue is full of frames, and the log is ahead of it.
  const count = Math.ceil((limits.WINDOW_BYTES_MAX * 2) / body.length);
  for (let i = 0; i < count; i++) await send(server.url, ann.token, room, body);
  await pass(12_000); // the platform's own clock: an object hibernates after ten quiet seconds
  reader.resume();
  await expect.poll(() => reader.seq, { timeout: 20_000 }).toBe(count);
  await send(server.url, ann.token, room, "after");
  await expect.poll(() => reader.seq).toBe(count + 1);
  expect(reader.seqs).toEqual(range(count + 1));
  reader.room.close();
}, 60_000);

function join(room: string): Reader {
  return new Reader({ url: server.url, token: ann.token, room, light: true });
}

/** The highest resident memory of the runtime while something goes on. */
async function peakWhile(act: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, residentBytes(server.workerPid));
  }, 100);
  await act().finally(() => clearInterval(watch));
  return Math.max(peak, residentBytes(server.workerPid));
}
