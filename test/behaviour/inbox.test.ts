import { afterAll, beforeAll, expect, it } from "vitest";
import { directRoom } from "../../contracts/names.ts";
import type { InboxPage } from "../../contracts/rooms.ts";
import type { Ended } from "../../contracts/services.ts";
import { InboxSocket } from "../support/inbox-socket.ts";
import { call, freshName, login, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000", ATTEMPTS_PER_NAME: "1000000" });
});
afterAll(() => server.stop());

/** Two users who have a conversation, which Bob began. */
async function converse() {
  const [ann, bob] = [await register(server.url), await register(server.url)];
  const room = directRoom(ann.id, bob.id);
  await tell(bob, ann, "hello");
  await expect.poll(() => inboxOf(ann)).toMatchObject({ rooms: [{ room, unread: 1 }] });
  return { ann, bob, room };
}

function tell(from: User, to: User, body: string): Promise<unknown> {
  return call(server.url, "POST", `/api/v1/direct/${to.id}/messages`, { token: from.token, body: { body } });
}

function inboxOf({ token }: User, query = ""): Promise<InboxPage> {
  return call<InboxPage>(server.url, "GET", `/api/v1/inbox${query}`, { token });
}

function mute({ token }: User, room: string, method: "PUT" | "DELETE"): Promise<unknown> {
  return call(server.url, method, `/api/v1/inbox/rooms/${encodeURIComponent(room)}/mute`, { token });
}

it("[IN6] messages show in the open inbox with what is unread, from a first message to a stranger on", async () => {
  const [ann, bob] = [await register(server.url), await register(server.url)];
  const room = directRoom(ann.id, bob.id);
  const socket = await InboxSocket.open(server.url, ann.token);
  expect(await socket.next("inbox")).toEqual({ type: "inbox", rooms: [], more: false, silent: false });
  await tell(bob, ann, "one");
  await socket.shows(room, ({ kind, title, unread }) => kind === "direct" && title === bob.name && unread === 1);
  await tell(bob, ann, "two");
  const shown = await socket.shows(room, ({ unread }) => unread === 2);
  expect(shown).toMatchObject({ muted: false, mentions: 0, last: { seq: 2, excerpt: "two", from: { id: bob.id } } });
  socket.close();
});

it("[IN4] a member of a room sees unread messages and mentions live, and is told when it is over", async () => {
  const [ann, bob] = [await register(server.url), await register(server.url)];
  const room = freshName("club");
  const owner = { token: bob.token };
  await call(server.url, "POST", "/api/v1/rooms", { ...owner, body: { name: room, visibility: "private" } });
  const socket = await InboxSocket.open(server.url, ann.token);
  await call(server.url, "PUT", `${roomPath(room)}/members/${ann.id}`, owner);
  await socket.shows(room, ({ unread }) => unread === 0);
  await send(server.url, bob.token, room, "hello");
  await send(server.url, bob.token, room, `hello @${ann.name}`);
  await socket.shows(room, ({ unread, mentions }) => unread === 2 && mentions === 1);
  await mute(ann, room, "PUT");
  expect(await inboxOf(ann)).toMatchObject({ unread: 0, mentions: 1 });
  await call(server.url, "DELETE", `${roomPath(room)}/members/${ann.id}`, owner);
  expect(await socket.next("gone")).toEqual({ type: "gone", room });
  expect(await inboxOf(ann)).toMatchObject({ rooms: [] });
  socket.close();
});

it("[IN3] pages follow each other by the last room's name", async () => {
  const [ann, ...others] = [await register(server.url), await register(server.url), await register(server.url)];
  for (const other of others) await tell(other, ann, "hello");
  await expect.poll(async () => (await inboxOf(ann)).rooms.length).toBe(2);
  const first = await inboxOf(ann, "?limit=1");
  const second = await inboxOf(ann, `?limit=1&after=${encodeURIComponent(first.rooms[0]?.room ?? "")}`);
  expect([first.more, second.more]).toEqual([true, false]);
  const named = [first, second].map(({ rooms }) => rooms[0]?.room);
  expect(named).toEqual(others.map(({ id }) => directRoom(ann.id, id)).sort());
});

it("[IN7] a muted room counts in no total but that of mentions, on every device", async () => {
  const { ann, room } = await converse();
  const other = await InboxSocket.open(server.url, (await login(server.url, ann)).token);
  await other.next("inbox");
  await mute(ann, room, "PUT");
  await other.shows(room, ({ muted }) => muted);
  expect(await inboxOf(ann)).toMatchObject({ rooms: [{ room, muted: true, unread: 1 }], unread: 0 });
  await mute(ann, room, "DELETE");
  await other.shows(room, ({ muted }) => !muted);
  expect(await inboxOf(ann)).toMatchObject({ unread: 1 });
  const stranger = await register(server.url);
  const path = `/api/v1/inbox/rooms/${encodeURIComponent(room)}/mute`;
  expect((await request(server.url, "PUT", path, { token: stranger.token })).status).toBe(404);
  other.close();
});

it("[IN11] do not disturb makes every frame silent until it is over", async () => {
  const { ann, bob } = await converse();
  const preferences = (body: object) =>
    call(server.url, "PATCH", "/api/v1/accounts/me/preferences", { token: ann.token, body });
  const socket = await InboxSocket.open(server.url, ann.token);
  expect(await socket.next("inbox")).toMatchObject({ silent: false });
  const doNotDisturbUntil = new Date(Date.now() + 3_600_000).toISOString();
  expect(await preferences({ doNotDisturbUntil })).toEqual({ sharesMarks: true, doNotDisturbUntil });
  expect(await socket.next("changed")).toEqual({ type: "changed", rooms: [], silent: true });
  await tell(bob, ann, "psst");
  expect(await socket.next("changed")).toMatchObject({ rooms: [{ unread: 2 }], silent: true });
  await preferences({ doNotDisturbUntil: null });
  expect(await socket.next("changed")).toEqual({ type: "changed", rooms: [], silent: false });
  socket.close();
});

it("[IN8] a logout closes the inbox's sockets of that session and counts them, and its token opens none", async () => {
  const { ann, bob, room } = await converse();
  const second = await login(server.url, ann);
  const [ended, stays] = [
    await InboxSocket.open(server.url, second.token),
    await InboxSocket.open(server.url, ann.token),
  ];
  for (const socket of [ended, stays]) await socket.next("inbox");
  const answer = await call<Ended>(server.url, "DELETE", "/api/v1/sessions/current", { token: second.token });
  expect(answer).toMatchObject({ sessions: 1, closed: 1, pending: 0 });
  expect((await ended.closed).code).toBe(4501);
  await tell(bob, ann, "two");
  await stays.shows(room, ({ unread }) => unread === 2);
  expect(ended.frames.all.filter(({ type }) => type === "changed")).toEqual([]);
  await expect(InboxSocket.open(server.url, second.token)).rejects.toThrow("401");
  stays.close();
});

it("[IN2] after kill -9 the inbox, its mutes and preferences are there, and rooms tell who watches", async () => {
  const { ann, bob, room } = await converse();
  await mute(ann, room, "PUT");
  await call(server.url, "PATCH", "/api/v1/accounts/me/preferences", {
    token: ann.token,
    body: { sharesMarks: false },
  });
  await server.killAll();
  await server.restart();
  expect(await inboxOf(ann)).toMatchObject({ rooms: [{ room, muted: true, unread: 1 }], unread: 0 });
  const kept = await call(server.url, "GET", "/api/v1/accounts/me/preferences", { token: ann.token });
  expect(kept).toEqual({ sharesMarks: false, doNotDisturbUntil: null });
  const socket = await InboxSocket.open(server.url, ann.token);
  await socket.next("inbox");
  await tell(bob, ann, "two");
  await socket.shows(room, ({ unread }) => unread === 2);
  socket.close();
});
