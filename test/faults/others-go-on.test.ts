import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { FaultyServices, type ServiceName } from "../support/faulty-services.ts";
import { GochatSocket, post } from "../support/gochat.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, login, readLog, register, request, roomPath, send, type User } from "../support/rest.ts";
import type { Fault } from "./worker/breakable.ts";

const names: readonly ServiceName[] = ["auth", "chatroom", "chat"];
const ways: readonly (readonly [string, Fault])[] = [
  ["down", { type: "down" }],
  ["slow", { type: "slow" }],
  ["garbage", { type: "garbage", value: "It works!" }],
];

// Divides the deadlines while nothing is asked that should be answered; less when the work is to be done all the same.
const HURRY = 100;
const LATE_HURRY = 8;

let services: FaultyServices;
let url: string;
let ann: User;
let bob: User;
beforeAll(async () => {
  services = await FaultyServices.start();
  url = services.url;
  ann = await register(url);
  bob = await register(url);
});
afterAll(() => services.server.stop());
afterEach(async () => {
  for (const name of names) await services.mend(name);
  await services.mend("auth", "UserObject");
  await services.mend("chat", "RoomObject");
  await services.hurry(1);
});

let rooms = 100;
/** A room with ann on a native socket and bob on gochat's, where both said something before. */
async function openRoom() {
  const roomId = ++rooms;
  const room = String(roomId);
  const { socket } = await NativeSocket.join(url, ann.token, room);
  const gochat = await GochatSocket.join(url, bob.token, roomId);
  await send(url, ann.token, room, "before");
  await send(url, bob.token, room, "before");
  expect([(await gochat.next(3)).msg, (await gochat.next(3)).msg]).toEqual(["before", "before"]);
  await expect.poll(() => socket.events().length).toBe(2);
  return { room, roomId, socket, gochat };
}

it.each(ways)("[SV11] without auth a chat that goes on goes on, on sockets and over REST: %s", async (_, fault) => {
  const { room, roomId, socket, gochat } = await openRoom();
  await services.break("auth", fault);
  socket.send({ type: "send", id: "one", body: "by socket" });
  expect(await socket.next("ok")).toMatchObject({ id: "one", seq: 3 });
  await send(url, ann.token, room, "by REST");
  expect(await post(url, "/push/pushRoom", { authToken: bob.token, roomId, msg: "by push" })).toMatchObject({
    code: 0,
  });
  const texts = ["before", "before", "by socket", "by REST", "by push"];
  await expect.poll(() => socket.events().map(({ body }) => body)).toEqual(texts);
  await expect.poll(() => gochat.texts()).toEqual(texts);
  expect((await readLog(url, bob.token, room)).map(({ body }) => body)).toEqual(texts);
  expect((await request(url, "GET", roomPath(room), { token: ann.token })).status).toBe(200);
  const again = await NativeSocket.join(url, ann.token, room);
  expect(await services.mend("auth")).toEqual({});
  for (const one of [socket, gochat, again.socket]) one.close();
});

it.each(ways)("[SV11] without chatroom people sign in and chat: %s", async (_, fault) => {
  await services.break("chatroom", fault);
  const { socket, gochat } = await openRoom();
  const { token } = await login(url, bob);
  expect(await call(url, "GET", "/api/v1/accounts/me", { token })).toMatchObject({ id: bob.id });
  expect(await services.mend("chatroom")).toEqual({});
  socket.close();
  gochat.close();
});

it.each(ways)("[SV11] without chat people sign in, rooms are made, and open sockets go on: %s", async (_, fault) => {
  const { roomId, socket, gochat } = await openRoom();
  await services.break("chat", fault);
  const { token } = await login(url, bob);
  expect(await call(url, "GET", "/api/v1/accounts/me", { token })).toMatchObject({ id: bob.id });
  expect(await post(url, "/user/checkAuth", { authToken: token })).toMatchObject({ code: 0 });
  const room = { name: freshName("room"), visibility: "listed" };
  expect(await call(url, "POST", "/api/v1/rooms", { token, body: room })).toMatchObject({ room: room.name });
  expect(await call(url, "GET", roomPath(String(roomId)), { token })).toMatchObject({ head: 2 });
  socket.send({ type: "send", id: "one", body: "by socket" });
  expect(await socket.next("ok")).toMatchObject({ id: "one", seq: 3 });
  await expect.poll(() => gochat.texts().at(-1)).toBe("by socket");
  expect(await services.mend("chat")).toEqual({});
  socket.close();
  gochat.close();
});

it.each(names)("[SV12] %s that comes back is used again at once", async (name) => {
  for (const [, fault] of ways) {
    await services.break(name, fault);
    await services.mend(name);
    const { socket, gochat } = await openRoom();
    expect((await register(url)).id).toBeGreaterThan(0);
    const body = { name: freshName("room"), visibility: "listed" };
    await call(url, "POST", "/api/v1/rooms", { token: ann.token, body });
    expect((await request(url, "GET", "/ready")).status).toBe(200);
    socket.close();
    gochat.close();
  }
});

it("[SV13] a send whose answer was lost is asked once, and sent again by its id is the same message", async () => {
  const { room, socket, gochat } = await openRoom();
  const path = `${roomPath(room)}/messages`;
  const again = { token: ann.token, body: { body: "once" }, headers: { "idempotency-key": "one" } };
  await services.break("chat", { type: "late" });
  await services.hurry(LATE_HURRY);
  expect(await request(url, "POST", path, again)).toMatchObject({ status: 503, body: { failure: "unavailable" } });
  expect(await services.mend("chat")).toEqual({ send: 1 });
  await services.hurry(1);
  expect(await request(url, "POST", path, again)).toMatchObject({ status: 200, body: { seq: 3, duplicate: true } });
  expect((await readLog(url, ann.token, room)).map(({ body }) => body)).toEqual(["before", "before", "once"]);
  socket.close();
  gochat.close();
});

it.each(["down", "slow"] as const)(
  "[SV14] user objects that are away: who is new to a room is told so in time, the others go on: %s",
  async (type) => {
    const { room, roomId, socket, gochat } = await openRoom();
    const carl = await register(url);
    await services.break("auth", { type }, "UserObject");
    await services.hurry(HURRY);
    const path = `${roomPath(room)}/messages`;
    const sent = await request(url, "POST", path, { token: carl.token, body: { body: "hello" } });
    expect(sent).toMatchObject({ status: 503, body: { failure: "unavailable" } });
    await expect(NativeSocket.open(url, carl.token, room)).rejects.toThrow("upgrade refused: 503");
    const push = { authToken: carl.token, roomId, msg: "hello" };
    expect(await post(url, "/push/pushRoom", push)).toMatchObject({ code: 1 });
    await services.hurry(1);
    await send(url, ann.token, room, "still here");
    await expect.poll(() => gochat.texts().at(-1)).toBe("still here");
    await services.mend("auth", "UserObject");
    await send(url, carl.token, room, "now");
    socket.close();
    gochat.close();
  },
);

it.each(["down", "slow"] as const)(
  "[SV14] rooms that are away: chat and chatroom say so in time, accounts go on: %s",
  async (type) => {
    await services.break("chat", { type }, "RoomObject");
    await services.hurry(HURRY);
    const { token } = ann;
    const read = await request(url, "GET", `${roomPath("1")}/messages`, { token });
    const described = await request(url, "GET", roomPath("1"), { token });
    for (const answer of [read, described]) {
      expect(answer).toMatchObject({ status: 503, body: { failure: "unavailable" } });
    }
    await services.hurry(1);
    expect(await call(url, "GET", "/api/v1/accounts/me", { token })).toMatchObject({ id: ann.id });
  },
);
