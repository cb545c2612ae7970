import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoomEvent } from "../../contracts/event.ts";
import type { Outgoing } from "../../contracts/services.ts";
import { createEdge, type EdgeClient } from "../../origin/edge/create-edge.ts";
import { edgeMetrics } from "../../origin/edge/metrics.ts";
import { RecordingRider } from "../../origin/edge/recording-rider.ts";
import { readOriginToken } from "../../origin/origin-token.ts";
import { range } from "../support/reader.ts";
import { freshName, readLog, register, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

const ROOMS: readonly string[] = ["11", "12", "13", "14"];
const RIDERS = 1_000;
/** Sends of one room that wait for their answer at the same time. */
const WIDTH = 25;

let server: Server;
let edge: EdgeClient;
let users: readonly User[];

beforeAll(async () => {
  server = await Server.start({ SENDS_PER_USER: "1000000", SENDS_PER_ROOM: "1000000" });
  users = await Promise.all(range(4).map(() => register(server.url)));
  edge = createEdge({
    url: server.url,
    token: readOriginToken({ DATA_DIR: server.dataDir }, Date.now()),
    replicaId: "r1",
  });
  edge.start();
});
afterAll(async () => {
  edge.close();
  await server.stop();
});

/** Ids that were answered, and where they stand. */
type Acked = readonly (readonly [string, number])[];
type Sitting = { readonly room: string; readonly from: number; readonly rider: RecordingRider };

async function sit(i: number): Promise<Sitting> {
  const room = ROOMS[i % ROOMS.length] ?? "11";
  const rider = new RecordingRider();
  const seat = await edge.seat({ token: users[i % users.length]?.token ?? "", room }, rider);
  if (!seat.ok) throw new Error(seat.message);
  return { room, from: seat.value.seq, rider };
}

/** Sends until it is answered, each time with the same id. */
async function insist(token: string, room: string, message: Outgoing): Promise<number> {
  for (;;) {
    const sent = await edge.send(token, room, message);
    if (sent.ok) return sent.value.seq;
    if (!edge.isUp) await change();
  }
}

function change(): Promise<void> {
  return new Promise((resolve) => {
    const stop = edge.onChange(() => {
      stop();
      resolve();
    });
  });
}

/** Publishes in a room on as many strands as WIDTH until it is told to stop; answers what was acked. */
function publish(room: string, goesOn: () => boolean): Promise<Acked> {
  const acked: (readonly [string, number])[] = [];
  const strand = async () => {
    while (goesOn()) {
      const id = freshName();
      acked.push([id, await insist(users[0]?.token ?? "", room, { id, body: id })]);
    }
  };
  return Promise.all(range(WIDTH).map(strand)).then(() => acked);
}

function judge(log: readonly RoomEvent[], acked: Acked): void {
  expect(log.map(({ seq }) => seq)).toEqual(range(log.length));
  expect(new Set(log.map(({ body }) => body)).size).toBe(log.length);
  expect(acked.map(([, seq]) => log[seq - 1]?.body)).toEqual(acked.map(([id]) => id));
}

async function nextUplink(): Promise<void> {
  const { values } = await edgeMetrics.connects.get();
  const before = values[0]?.value ?? 0;
  server.killWorker();
  await expect
    .poll(async () => (await edgeMetrics.connects.get()).values[0]?.value, { timeout: 20_000 })
    .toBe(before + 1);
}

it("[UC9] the runtime killed twice under load: 1,000 seats come back, none misses or doubles a message, nothing acked is lost", async () => {
  const sitting = await Promise.all(range(RIDERS).map(sit));
  let goesOn = true;
  const published = ROOMS.map((room) => publish(room, () => goesOn));
  const total = () => sitting.reduce((sum, { rider }) => sum + rider.seqs.length, 0);
  for (let kill = 0; kill < 2; kill++) {
    const before = total();
    await expect.poll(total, { timeout: 20_000 }).toBeGreaterThan(before + 20 * RIDERS);
    await nextUplink();
  }
  goesOn = false;
  const acked = await Promise.all(published);
  const logs = new Map(
    await Promise.all(
      ROOMS.map(async (room) => [room, await readLog(server.url, users[0]?.token ?? "", room)] as const),
    ),
  );
  for (const [i, room] of ROOMS.entries()) judge(logs.get(room) ?? [], acked[i] ?? []);
  const heads = () => sitting.filter(({ room, rider }) => rider.seq !== logs.get(room)?.length).length;
  await expect.poll(heads, { timeout: 20_000 }).toBe(0);
  expect(
    sitting.flatMap(({ rider: { broken, resets, refusal } }) => [...broken, ...resets, refusal ?? []].flat()),
  ).toEqual([]);
  expect(sitting.every(({ from, rider }) => rider.runs[0]?.after === from)).toBe(true);
}, 60_000);
