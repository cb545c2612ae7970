import { afterAll, beforeAll, expect, it } from "vitest";
import { directRoom } from "../../contracts/names.ts";
import type { PresencePage } from "../../contracts/services.ts";
import { GochatSocket, post, registerGochat } from "../support/gochat.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { range } from "../support/reader.ts";
import { call, freshName, readLog, register, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
let ann: User;
let rooms = 100;
const freshRoom = () => ++rooms;
beforeAll(async () => {
  server = await Server.start();
  ann = await register(server.url);
});
afterAll(() => server.stop());

it("[P2] a gochat user and a native user in one room see the same messages in the same order", async () => {
  const roomId = freshRoom();
  const authToken = await registerGochat(server.url);
  const gochat = await GochatSocket.join(server.url, authToken, roomId);
  const { socket } = await NativeSocket.join(server.url, ann.token, String(roomId));
  for (const i of range(20)) {
    socket.send({ type: "send", id: `n${i}`, body: `native ${i}` });
    expect(await post(server.url, "/push/pushRoom", { authToken, msg: `gochat ${i}`, roomId })).toMatchObject({
      code: 0,
      data: "",
    });
  }
  await expect.poll(() => [gochat.texts().length, socket.events().length]).toEqual([40, 40]);
  const log = await readLog(server.url, ann.token, String(roomId));
  expect(gochat.texts()).toEqual(log.map(({ body }) => body));
  expect(socket.events()).toEqual(log);
});

it("[P2] a room message is gochat's op 3, field for field, for the sender too", async () => {
  const roomId = freshRoom();
  const userName = freshName("g");
  const authToken = await registerGochat(server.url, userName);
  const gochat = await GochatSocket.join(server.url, authToken, roomId);
  await post(server.url, "/push/pushRoom", { authToken, msg: "hi 👋", roomId });
  const frame = await gochat.next(3);
  const { data } = await post(server.url, "/user/checkAuth", { authToken });
  const { userId } = data as { userId: number };
  expect(frame).toEqual({
    code: 0,
    msg: "hi 👋",
    fromUserId: userId,
    fromUserName: userName,
    toUserId: 0,
    toUserName: "",
    roomId,
    op: 3,
    createTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
  });
});

it("[P6] count and room info answer the caller and send op 4 and op 5 to the caller's sockets only", async () => {
  const roomId = freshRoom();
  const [asking, other] = [await registerGochat(server.url), await registerGochat(server.url)];
  const mine = await GochatSocket.join(server.url, asking, roomId);
  const theirs = await GochatSocket.join(server.url, other, roomId);
  await expect.poll(() => mine.frames.all.at(-1)).toMatchObject({ op: 5, count: 2 });
  // Behind this message is nothing more of the joins, whose room info two others may have asked for.
  await post(server.url, "/push/pushRoom", { authToken: asking, roomId, msg: "all are there" });
  await Promise.all([mine.next(3), theirs.next(3)]);
  const [before, theirsBefore] = [mine.frames.all.length, theirs.frames.all.length];
  const count = await post(server.url, "/push/count", { authToken: asking, roomId });
  expect(count).toMatchObject({ code: 0, data: { roomId, count: 2 } });
  const info = await post(server.url, "/push/getRoomInfo", { authToken: asking, roomId });
  expect(info).toMatchObject({ code: 0, data: { roomId, count: 2 } });
  await expect
    .poll(() => mine.frames.all.slice(before))
    .toEqual([
      { op: 4, count: 2 },
      { op: 5, ...(info.data as object) },
    ]);
  await post(server.url, "/push/pushRoom", { authToken: asking, roomId, msg: "next" });
  await theirs.next(3);
  expect(theirs.frames.all.slice(theirsBefore).map(({ op }) => op)).toEqual([3]);
});

it("[P6] op 5 settles: after a burst of joins the last one names everybody, and nobody is told less behind it", async () => {
  const roomId = freshRoom();
  const tokens = await Promise.all(range(6).map(() => registerGochat(server.url)));
  const sockets = await Promise.all(tokens.map((authToken) => GochatSocket.join(server.url, authToken, roomId)));
  const lastOf = (socket: GochatSocket) => socket.frames.all.at(-1);
  await expect
    .poll(() => sockets.map((socket) => lastOf(socket)), { timeout: 1_000 })
    .toEqual(sockets.map(() => expect.objectContaining({ op: 5, roomId, count: 6 })));
  const before = sockets.map(({ frames }) => frames.all.length);
  await post(server.url, "/push/pushRoom", { authToken: tokens[0], roomId, msg: "settled" });
  await Promise.all(sockets.map((socket) => socket.next(3)));
  // Sockets of another carrier may be told the same once more meanwhile, and nobody is told less.
  const between = sockets.flatMap(({ frames }, i) => frames.all.slice(before[i]).filter(({ op }) => op !== 3));
  expect(between.filter((frame) => !("count" in frame) || frame.count !== 6)).toEqual([]);
});

it("[P6] a second join moves the socket: nothing from the old room, everything from the new one", async () => {
  const [from, to] = [freshRoom(), freshRoom()];
  const authToken = await registerGochat(server.url);
  const gochat = await GochatSocket.join(server.url, authToken, from);
  gochat.sendText(JSON.stringify({ authToken, roomId: to }));
  await expect.poll(() => gochat.frames.all.at(-1)).toMatchObject({ op: 5, roomId: to, count: 1 });
  await send(server.url, ann.token, String(from), "old room");
  await send(server.url, ann.token, String(to), "new room");
  expect(await gochat.next(3)).toMatchObject({ msg: "new room", roomId: to });
  expect(gochat.texts()).toEqual(["new room"]);
  expect((await presence(String(from))).count).toBe(0);
});

it("[P6] the same join again changes nothing: one seat, and each message once", async () => {
  const roomId = freshRoom();
  const authToken = await registerGochat(server.url);
  const gochat = await GochatSocket.join(server.url, authToken, roomId);
  for (let i = 0; i < 3; i++) gochat.sendText(JSON.stringify({ authToken, roomId }));
  for (const i of range(3)) await send(server.url, ann.token, String(roomId), `m${i}`);
  await expect.poll(() => gochat.texts()).toEqual(["m1", "m2", "m3"]);
  expect((await presence(String(roomId))).count).toBe(1);
});

it("[P7] a dead token closes with 1008 and the reason that gochat gives", async () => {
  const authToken = await registerGochat(server.url);
  expect(await post(server.url, "/user/logout", { authToken })).toMatchObject({ code: 0, data: null });
  for (const dead of [authToken, "garbage"]) {
    const gochat = await GochatSocket.open(server.url);
    gochat.sendText(JSON.stringify({ authToken: dead, roomId: 1 }));
    expect(await gochat.closed).toEqual({ code: 1008, reason: "invalid token" });
  }
});

it("[P4] a push reaches every gochat socket of the recipient as op 2 and stays in the conversation's history", async () => {
  const userName = freshName("to");
  const to = await registerGochat(server.url, userName);
  const { data } = await post(server.url, "/user/checkAuth", { authToken: to });
  const { userId } = data as { userId: number };
  const first = await GochatSocket.join(server.url, to, freshRoom());
  const second = await GochatSocket.join(server.url, to, freshRoom());
  const packet = { authToken: ann.token, msg: "for you", toUserId: String(userId), roomId: 1 };
  expect(await post(server.url, "/push/push", packet)).toMatchObject({ code: 0, data: null });
  const wanted = {
    code: 0,
    msg: "for you",
    fromUserId: ann.id,
    fromUserName: ann.name,
    toUserId: userId,
    toUserName: userName,
    roomId: 1,
    op: 2,
    createTime: "",
  };
  expect(await Promise.all([first.next(2), second.next(2)])).toEqual([wanted, wanted]);
  expect(await readLog(server.url, ann.token, directRoom(ann.id, userId))).toMatchObject([{ body: "for you" }]);
});

it("[P6] of two tabs one closes: still online; the other closes: gone", async () => {
  const roomId = freshRoom();
  const authToken = await registerGochat(server.url);
  const watcher = await registerGochat(server.url);
  await GochatSocket.join(server.url, watcher, roomId);
  const tabs = [
    await GochatSocket.join(server.url, authToken, roomId),
    await GochatSocket.join(server.url, authToken, roomId),
  ];
  expect((await presence(String(roomId))).count).toBe(2);
  tabs[0]?.close();
  await tabs[0]?.closed;
  const { socket } = await NativeSocket.join(server.url, ann.token, String(roomId));
  expect((await presence(String(roomId))).count).toBe(3);
  tabs[1]?.terminate();
  await expect.poll(async () => (await presence(String(roomId))).count).toBe(2);
  socket.close();
  await expect.poll(async () => (await presence(String(roomId))).count).toBe(1);
});

it("[P6] native tabs count by connection too, and joins and leaves are told", async () => {
  const room = String(freshRoom());
  const bob = await register(server.url);
  const { socket: watcher } = await NativeSocket.join(server.url, ann.token, room);
  const { socket: tab } = await NativeSocket.join(server.url, bob.token, room);
  const { socket: other, welcome } = await NativeSocket.join(server.url, bob.token, room);
  expect(welcome.presence.count).toBe(2);
  const person = { id: bob.id, name: bob.name };
  const told = () => watcher.frames.all.filter(({ type }) => type === "presence");
  await expect.poll(() => told().at(-1)).toEqual({ type: "presence", joined: [person], left: [], count: 2 });
  tab.close();
  await tab.closed;
  expect((await presence(room)).count).toBe(2);
  other.terminate();
  await expect.poll(() => told().at(-1)).toEqual({ type: "presence", joined: [], left: [person], count: 1 });
});

function presence(room: string): Promise<PresencePage> {
  return call<PresencePage>(server.url, "GET", `${roomPath(room)}/presence`, { token: ann.token });
}
