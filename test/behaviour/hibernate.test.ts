import { setTimeout as pass } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PresencePage } from "../../contracts/services.ts";
import { GochatSocket } from "../support/gochat.ts";
import { readMetric } from "../support/metrics.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, register, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

/** The platform's own clock: an object hibernates after ten quiet seconds. */
const QUIET_MS = 13_000;

let server: Server;
let ann: User;
let bob: User;
beforeAll(async () => {
  server = await Server.start();
  ann = await register(server.url);
  bob = await register(server.url);
});
afterAll(() => server.stop());

it("[P8] a quiet room hibernates with its sockets open, pings do not wake it, and it wakes with the same people and the next seq", async () => {
  const room = "9";
  const { socket } = await NativeSocket.join(server.url, ann.token, room);
  const gochat = await GochatSocket.join(server.url, bob.token, Number(room));
  await send(server.url, ann.token, room, "before");
  expect(await socket.next("events")).toMatchObject({ after: 0, events: [{ seq: 1 }] });
  socket.send({ type: "ack", seq: 1 });
  const people = await presence(room);

  const starts = await readStarts();
  await pass(QUIET_MS);
  socket.sendText("ping");
  await expect.poll(() => socket.pongs).toBe(1);
  expect(await readStarts()).toBe(starts);
  expect(await presence(room)).toEqual(people);
  expect(await readStarts()).toBe(starts + 1);

  await send(server.url, bob.token, room, "after");
  expect(await socket.next("events")).toMatchObject({ after: 1, events: [{ seq: 2, body: "after" }] });
  expect((await gochat.next(3)).msg).toBe("before");
  expect((await gochat.next(3)).msg).toBe("after");
  expect(await readStarts()).toBe(starts + 1);
}, 40_000);

function presence(room: string): Promise<PresencePage> {
  return call<PresencePage>(server.url, "GET", `${roomPath(room)}/presence`, { token: ann.token });
}

function readStarts(): Promise<number> {
  return readMetric(server.url, "edgechat_room_starts_total");
}
