import { afterAll, beforeAll, expect, it } from "vitest";
import type { Envelope } from "../../contracts/gochat.ts";
import { GochatSocket, post, registerGochat } from "../support/gochat.ts";
import { range } from "../support/reader.ts";
import { freshName } from "../support/rest.ts";
import { Server } from "../support/server.ts";

/** What gochat's web page, its integration tests and its load scripts do, on the settings that the product ships with. */
let server: Server;
let rooms = 700;
const freshRoom = () => ++rooms;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

it("[GC1] every call of the load model's mix is a success with the data that gochat gives", async () => {
  const userName = freshName("mix");
  const account = { userName, passWord: "loadtest123" };
  const authToken = await expectToken("/user/register", account);
  await expectToken("/user/login", account);
  const userId = await idOf(authToken, userName);
  const roomId = freshRoom();
  for (const i of range(5)) {
    expect(await ask("/push/push", { authToken, msg: `test message ${i}`, toUserId: userId, roomId })).toEqual(
      ok(null),
    );
    expect(await ask("/push/pushRoom", { authToken, msg: `room message ${i}`, roomId })).toEqual(ok(""));
  }
  const [count, info] = [
    await ask("/push/count", { authToken, roomId }),
    await ask("/push/getRoomInfo", { authToken, roomId }),
  ];
  expect(count).toEqual(ok({ roomId, count: 0 }));
  expect(info).toEqual(ok({ roomId, count: 0, roomUserInfo: {} }));
  expect(await ask("/user/logout", { authToken })).toEqual(ok(null));
});

it("[GC1] what gochat refuses is refused: empty fields, a wrong password, an unknown user", async () => {
  const userName = freshName("g");
  await registerGochat(server.url, userName, "right");
  const refused: readonly (readonly [string, string, string])[] = [
    ["/user/register", "", "right"],
    ["/user/register", freshName("g"), ""],
    ["/user/login", "", "right"],
    ["/user/login", userName, ""],
    ["/user/login", userName, "wrong"],
    ["/user/login", freshName("nobody"), "right"],
  ];
  for (const [path, name, passWord] of refused) {
    expect(await ask(path, { userName: name, passWord })).toMatchObject({ code: 1, data: null });
  }
});

it("[AC4] a name that registers twice is refused the second time, and the first password stays", async () => {
  const userName = freshName("twice");
  await registerGochat(server.url, userName, "first");
  expect(await ask("/user/register", { userName, passWord: "second" })).toMatchObject({ code: 1, data: null });
  expect(await ask("/user/login", { userName, passWord: "second" })).toMatchObject({ code: 1 });
  await expectToken("/user/login", { userName, passWord: "first" });
});

it("[AC1] five logins at once all succeed, and none ends the token that registration gave", async () => {
  const userName = freshName("tabs");
  const first = await registerGochat(server.url, userName);
  const tokens = await Promise.all(range(5).map(() => expectToken("/user/login", { userName, passWord: "pw" })));
  expect(new Set([first, ...tokens]).size).toBe(6);
  const ids = await Promise.all([first, ...tokens].map((token) => idOf(token, userName)));
  expect(new Set(ids).size).toBe(1);
});

it("[GC5] count and room info without a token are a session error, for an empty room as well", async () => {
  for (const path of ["/push/count", "/push/getRoomInfo"]) {
    for (const roomId of [1, 9_999]) {
      expect(await ask(path, { roomId })).toEqual({ code: 40000, message: "Session error", data: null });
    }
  }
});

it("[GC6] a number as toUserId reaches the user as op 2, and an unknown recipient is a success", async () => {
  const [fromName, toName] = [freshName("from"), freshName("to")];
  const [from, to] = [await registerGochat(server.url, fromName), await registerGochat(server.url, toName)];
  const toUserId = await idOf(to, toName);
  const roomId = freshRoom();
  const socket = await GochatSocket.join(server.url, to, roomId);
  expect(await ask("/push/push", { authToken: from, msg: "by number", toUserId, roomId })).toEqual(ok(null));
  expect(await socket.next(2)).toMatchObject({ msg: "by number", fromUserName: fromName, toUserId, roomId });
  expect(await ask("/push/push", { authToken: from, msg: "to nobody", toUserId: "999999999", roomId })).toEqual(
    ok(null),
  );
});

it("[GS1] once two users have joined, the very next frame of both is the message, field for field", async () => {
  const [names, roomId] = [[freshName("one"), freshName("two")], freshRoom()];
  const tokens = await Promise.all(names.map((name) => registerGochat(server.url, name)));
  const ids = await Promise.all(tokens.map((token, i) => idOf(token, names[i] ?? "")));
  const sockets = await Promise.all(tokens.map((token) => joinQuietly(token, roomId)));
  const both = Object.fromEntries(ids.map((id, i) => [String(id), names[i]]));
  for (const { frames } of sockets) {
    const settled = await frames.next((frame) => frame.op === 5 && frame.count === 2, "room info of two");
    expect(settled).toEqual({ op: 5, roomId, count: 2, roomUserInfo: both });
  }
  expect(await ask("/push/pushRoom", { authToken: tokens[0], msg: "hello room", roomId, op: 3 })).toEqual(ok(""));
  for (const { frames } of sockets) {
    expect(await frames.next(() => true, "frame")).toEqual({
      code: 0,
      msg: "hello room",
      fromUserId: ids[0],
      fromUserName: names[0],
      toUserId: 0,
      toUserName: "",
      roomId,
      op: 3,
      createTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
  }
});

it("[GS1] a message stays in its room: a socket in another one hears its own room's next message first", async () => {
  const [here, there] = [freshRoom(), freshRoom()];
  const [ann, bob] = [await registerGochat(server.url), await registerGochat(server.url)];
  const inside = await GochatSocket.join(server.url, ann, here);
  const outside = await GochatSocket.join(server.url, bob, there);
  await ask("/push/pushRoom", { authToken: ann, msg: "only here", roomId: here });
  expect(await inside.next(3)).toMatchObject({ msg: "only here" });
  await ask("/push/pushRoom", { authToken: bob, msg: "marker", roomId: there });
  expect(await outside.next(3)).toMatchObject({ msg: "marker" });
  expect([inside.texts(), outside.texts()]).toEqual([["only here"], ["marker"]]);
});

it("[GS1] messages of 1 kB arrive whole and in the order in which they were sent", async () => {
  const roomId = freshRoom();
  const authToken = await registerGochat(server.url);
  const socket = await GochatSocket.join(server.url, authToken, roomId);
  const texts = range(3).map((i) => `large_${i}_${"0123456789".repeat(100)}`);
  for (const msg of texts) await ask("/push/pushRoom", { authToken, msg, roomId });
  await expect.poll(() => socket.texts()).toEqual(texts);
});

it("[GS5] a user in two rooms on two sockets gets a push on both, and is in both rooms", async () => {
  const userName = freshName("both");
  const authToken = await registerGochat(server.url, userName);
  const toUserId = String(await idOf(authToken, userName));
  const where = [freshRoom(), freshRoom()];
  const sockets = await Promise.all(where.map((roomId) => GochatSocket.join(server.url, authToken, roomId)));
  await ask("/push/push", { authToken, msg: "to myself", toUserId, roomId: 1 });
  for (const socket of sockets) expect(await socket.next(2)).toMatchObject({ msg: "to myself" });
  for (const roomId of where) expect(await ask("/push/count", { authToken, roomId })).toEqual(ok({ roomId, count: 1 }));
});

it("[P7] a logout kills its token at once everywhere, and only that token", async () => {
  const [userName, roomId] = [freshName("out"), freshRoom()];
  const kept = await registerGochat(server.url, userName);
  const authToken = await expectToken("/user/login", { userName, passWord: "pw" });
  const socket = await GochatSocket.join(server.url, authToken, roomId);
  expect(await ask("/user/logout", { authToken })).toEqual(ok(null));
  const packet = { authToken, msg: "late", roomId, toUserId: "1" };
  const paths = ["/user/checkAuth", "/user/logout", "/push/push", "/push/pushRoom", "/push/count", "/push/getRoomInfo"];
  for (const path of paths) expect(await ask(path, packet)).toMatchObject({ code: 40000 });
  expect(await socket.closed).toEqual({ code: 1008, reason: "invalid token" });
  expect(await (await joinQuietly(authToken, roomId)).closed).toEqual({ code: 1008, reason: "invalid token" });
  await idOf(kept, userName);
});

/** The campaign of `npm run test:logins` makes as many as the load scripts do; what counts attempts is the same for 50. */
const LOAD_USERS = process.env.LOGIN_BURST === undefined ? 50 : 200;

it(`[AT3] the default settings let one address register ${LOAD_USERS} users and log all of them in at once`, async () => {
  const names = range(LOAD_USERS).map(() => freshName("load"));
  const account = (userName: string) => ({ userName, passWord: "loadtest123" });
  const registered = await Promise.all(names.map((name) => expectToken("/user/register", account(name))));
  const loggedIn = await Promise.all(names.map((name) => expectToken("/user/login", account(name))));
  expect(new Set([...registered, ...loggedIn]).size).toBe(2 * LOAD_USERS);
}, 60_000);

function ask(path: string, body: object): Promise<Envelope> {
  return post(server.url, path, body);
}

function ok(data: unknown): Envelope {
  return { code: 0, message: expect.any(String), data };
}

async function expectToken(path: string, account: object): Promise<string> {
  const envelope = await ask(path, account);
  expect(envelope).toEqual(ok(expect.stringMatching(/^.+$/)));
  return String(envelope.data);
}

/** The user's id, after checking that the token speaks for that user. */
async function idOf(authToken: string, userName: string): Promise<number> {
  const envelope = await ask("/user/checkAuth", { authToken });
  expect(envelope).toEqual(ok({ userId: expect.any(Number), userName }));
  return (envelope.data as { userId: number }).userId;
}

/** Joins as gochat's clients do, with the serverId that they send, and asks for nothing. */
async function joinQuietly(authToken: string, roomId: number): Promise<GochatSocket> {
  const socket = await GochatSocket.open(server.url);
  socket.sendText(JSON.stringify({ authToken, roomId, serverId: "" }));
  return socket;
}
