import { setTimeout as pass } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GochatSocket } from "../support/gochat.ts";
import { readMetric } from "../support/metrics.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, register, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
let ann: User;
let bob: User;
beforeAll(async () => {
  server = await Server.start();
  ann = await register(server.url);
  bob = await register(server.url);
});
afterAll(() => server.stop());

it("[P8] a quiet room hibernates with its sockets open and wakes with the same people and the next seq", async () => {
  const room = "9";
  const { socket } = await NativeSocket.join(server.url, ann.token, room);
  const gochat = await GochatSocket.join(server.url, bob.token, Number(room));
  await send(server.url, ann.token, room, "before");
  expect(await socket.next("events")).toMatchObject({ after: 0, events: [{ seq: 1 }] });
  socket.send({ type: "ack", seq: 1 });
  const people = await call(server.url, "GET", `${roomPath(room)}/presence`, { token: ann.token });

  const starts = await readMetric(server.url, "edgechat_room_starts_total");
  await pass(20_000); // the platform's own clock: an object hibernates after ten quiet seconds
  expect(await call(server.url, "GET", `${roomPath(room)}/presence`, { token: ann.token })).toEqual(people);
  expect(await readMetric(server.url, "edgechat_room_starts_total")).toBe(starts + 1);

  await send(server.url, bob.token, room, "after");
  expect(await socket.next("events")).toMatchObject({ after: 1, events: [{ seq: 2, body: "after" }] });
  expect((await gochat.next(3)).msg).toBe("before");
  expect((await gochat.next(3)).msg).toBe("after");
}, 60_000);

it("[P8] a ping is answered without waking the room", async () => {
  const { socket } = await NativeSocket.join(server.url, ann.token, "10");
  const starts = await readMetric(server.url, "edgechat_room_starts_total");
  await pass(12_000); // as above
  socket.sendText("ping");
  await expect.poll(() => socket.pongs).toBe(1);
  expect(await readMetric(server.url, "edgechat_room_starts_total")).toBe(starts);
  await send(server.url, ann.token, "10", "wake");
  expect(await readMetric(server.url, "edgechat_room_starts_total")).toBe(starts + 1);
}, 60_000);
