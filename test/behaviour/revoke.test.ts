import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ended } from "../../contracts/services.ts";
import { GochatSocket, post } from "../support/gochat.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { range } from "../support/reader.ts";
import { call, login, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

const RACES = Number(process.env.REVOKE_RACES ?? 60);
const SESSION_CLOSED = 4501;

let server: Server;
let watcher: User;
let rooms = 200;
const freshRoom = () => ++rooms;
beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000", ATTEMPTS_PER_NAME: "1000000" });
  watcher = await register(server.url);
});
afterAll(() => server.stop());

type Way = { readonly name: string; readonly end: (user: User) => Promise<Ended | null> };
const ways: readonly Way[] = [
  { name: "logout", end: (user) => api<Ended>("DELETE", "/api/v1/sessions/current", user) },
  { name: "logout by session id", end: (user) => api<Ended>("DELETE", `/api/v1/sessions/${user.session}`, user) },
  { name: "sign out everywhere", end: (user) => api<Ended>("DELETE", "/api/v1/sessions", user) },
  { name: "a changed password", end: changePassword },
  { name: "gochat's logout", end: gochatLogout },
];

describe.each(ways)("$name", ({ end }) => {
  it("[P7] closes native and gochat sockets and counts them, and every carrier refuses the token", async () => {
    const roomId = freshRoom();
    const user = await register(server.url);
    const { socket } = await NativeSocket.join(server.url, user.token, String(roomId));
    const gochat = await GochatSocket.join(server.url, user.token, roomId);

    const ended = await end(user);
    expect(ended ?? { sessions: 1, closed: 2, pending: 0 }).toMatchObject({ sessions: 1, closed: 2, pending: 0 });
    await send(server.url, watcher.token, String(roomId), "after the end");
    expect((await socket.closed).code).toBe(SESSION_CLOSED);
    expect(await gochat.closed).toEqual({ code: 1008, reason: "invalid token" });
    expect(socket.events()).toEqual([]);
    expect(gochat.texts()).toEqual([]);

    await expectRefused(user.token, roomId);
  });
});

it("[P7] sign out everywhere and a changed password end the user's other sessions, a logout does not", async () => {
  const user = await register(server.url);
  const [second, third] = [await login(server.url, user), await login(server.url, user)];
  const { socket } = await NativeSocket.join(server.url, third.token, "1");
  await api("DELETE", "/api/v1/sessions/current", user);
  expect((await request(server.url, "GET", "/api/v1/accounts/me", { token: second.token })).status).toBe(200);
  expect(await api<Ended>("DELETE", "/api/v1/sessions", second)).toMatchObject({ sessions: 2, closed: 1 });
  expect((await socket.closed).code).toBe(SESSION_CLOSED);
  await expectRefused(third.token, 1);
});

it(`[P7] a logout that meets an upgrade, ${RACES} times: no socket of the session stays or hears anything`, async () => {
  const room = String(freshRoom());
  const user = await register(server.url);
  const sessions = await inTurns(RACES, () => login(server.url, user));
  const races = await Promise.all(sessions.map((session, i) => race(session, room, i)));
  const sent = await send(server.url, watcher.token, room, "after every logout");
  await expect.poll(() => races.filter((socket) => socket?.isOpen)).toEqual([]);
  // The runtime ends the TCP connection of a socket that never spoke up to ten seconds after its close frame.
  for (const socket of races) socket?.terminate();
  const closes = await Promise.all(races.flatMap((socket) => (socket === null ? [] : [socket.closed])));
  expect(closes.filter(({ code }) => code !== SESSION_CLOSED)).toEqual([]);
  const heard = races.flatMap((socket) => socket?.events() ?? []);
  expect(heard.filter(({ seq }) => seq >= sent.seq)).toEqual([]);
  const here = await api<{ count: number }>("GET", `${roomPath(room)}/presence`, watcher);
  expect(here.count).toBe(0);
}, 30_000);

it(`[P7] a logout that meets a gochat join, ${RACES} times: no socket of the session stays or hears anything`, async () => {
  const roomId = freshRoom();
  const user = await register(server.url);
  const sessions = await inTurns(RACES, () => login(server.url, user));
  const sockets = await Promise.all(sessions.map(() => GochatSocket.open(server.url)));
  await Promise.all(
    sessions.map(async (session, i) => {
      sockets[i]?.sendText(JSON.stringify({ authToken: session.token, roomId }));
      await turns(i % 5);
      await api("DELETE", "/api/v1/sessions/current", session);
    }),
  );
  await send(server.url, watcher.token, String(roomId), "after every logout");
  const closes = await Promise.all(sockets.map(({ closed }) => closed));
  expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([1008]));
  expect(sockets.flatMap((socket) => socket.texts())).toEqual([]);
}, 30_000);

/** Upgrades and logs out at the same time; answers the socket when the upgrade won. */
async function race(session: User, room: string, i: number): Promise<NativeSocket | null> {
  const opening = NativeSocket.open(server.url, session.token, room).catch(() => null);
  await turns(i % 5);
  const [socket] = await Promise.all([opening, api("DELETE", "/api/v1/sessions/current", session)]);
  socket?.send({ type: "hello" }, { type: "send", id: "late", body: "from a dead session" });
  return socket;
}

async function expectRefused(token: string, roomId: number): Promise<void> {
  expect((await request(server.url, "GET", "/api/v1/accounts/me", { token })).status).toBe(401);
  const message = { token, body: { body: "late" } };
  expect((await request(server.url, "POST", `${roomPath(String(roomId))}/messages`, message)).status).toBe(401);
  expect((await request(server.url, "GET", `${roomPath(String(roomId))}/messages`, { token })).status).toBe(401);
  await expect(NativeSocket.join(server.url, token, String(roomId))).rejects.toThrow("401");
  const packet = { authToken: token, msg: "late", roomId, toUserId: "1" };
  for (const path of ["/user/checkAuth", "/user/logout", "/push/push", "/push/pushRoom", "/push/count"]) {
    expect(await post(server.url, path, packet)).toMatchObject({ code: 40000 });
  }
  const gochat = await GochatSocket.open(server.url);
  gochat.sendText(JSON.stringify({ authToken: token, roomId }));
  expect(await gochat.closed).toEqual({ code: 1008, reason: "invalid token" });
}

function api<T>(method: string, path: string, { token }: User, body?: object): Promise<T> {
  return call<T>(server.url, method, path, { token, ...(body === undefined ? {} : { body }) });
}

async function changePassword(user: User): Promise<Ended> {
  const body = { currentPassword: user.password, newPassword: "battery staple" };
  const { ended } = await api<{ ended: Ended }>("PUT", "/api/v1/accounts/me/password", user, body);
  return ended;
}

async function gochatLogout(user: User): Promise<null> {
  expect(await post(server.url, "/user/logout", { authToken: user.token })).toMatchObject({ code: 0 });
  return null;
}

/** Does something so often, four at a time: each costs a password hash. */
async function inTurns<T>(times: number, act: () => Promise<T>): Promise<readonly T[]> {
  const done: T[] = [];
  while (done.length < times) done.push(...(await Promise.all(range(Math.min(4, times - done.length)).map(act))));
  return done;
}

/** Lets a few rounds of the event loop pass, so that races meet at different points. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
