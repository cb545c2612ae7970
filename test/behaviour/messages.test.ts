import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RoomEvent } from "../../contracts/event.ts";
import { directRoom } from "../../contracts/names.ts";
import type { Sent, VersionPage } from "../../contracts/services.ts";
import { GochatSocket, post } from "../support/gochat.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, readLog, register, request, roomPath, send, type User } from "../support/rest.ts";
import { rpcClients, Subscriber } from "../support/rpc.ts";
import { Server } from "../support/server.ts";

let server: Server;
let owner: User;
let moderator: User;
let member: User;
let stranger: User;
beforeAll(async () => {
  server = await Server.start();
  [owner, moderator, member, stranger] = [
    await register(server.url),
    await register(server.url),
    await register(server.url),
    await register(server.url),
  ];
});
afterAll(() => server.stop());

/** A room with its owner and two members, and nothing on its log. */
async function freshRoom(visibility = "private"): Promise<string> {
  const name = freshName("room");
  const body = { name, visibility, members: [moderator.id, member.id] };
  await call(server.url, "POST", "/api/v1/rooms", { token: owner.token, body });
  return name;
}

/** The same with a moderator, whose role is an event. */
async function moderatedRoom(): Promise<string> {
  const name = await freshRoom();
  const body = { role: "moderator" };
  await call(server.url, "PUT", `${roomPath(name)}/members/${moderator.id}`, { token: owner.token, body });
  return name;
}

const messagePath = (room: string, seq: number) => `${roomPath(room)}/messages/${seq}`;
const reactionPath = (room: string, seq: number, emoji: string) =>
  `${messagePath(room, seq)}/reactions/${encodeURIComponent(emoji)}`;

function edit({ token }: User, room: string, seq: number, body: string, id?: string) {
  const headers = id === undefined ? {} : { "idempotency-key": id };
  return request(server.url, "PUT", messagePath(room, seq), { token, body: { body }, headers });
}

function remove({ token }: User, room: string, seq: number) {
  return request(server.url, "DELETE", messagePath(room, seq), { token });
}

function react({ token }: User, room: string, seq: number, emoji: string, method = "PUT") {
  return request(server.url, method, reactionPath(room, seq, emoji), { token });
}

describe("over REST", () => {
  it("[ED1] [ED2] an edit is a further event, and the message says the new text where it stands", async () => {
    const room = await freshRoom();
    const { seq } = await send(server.url, member.token, room, "tpyo");
    expect(await edit(member, room, seq, "typo")).toMatchObject({ status: 200, body: { seq: 2, duplicate: false } });
    expect(await readLog(server.url, owner.token, room)).toMatchObject([
      { seq: 1, kind: "message", body: "typo", editedAt: expect.any(Number) },
      { seq: 2, kind: "edit", target: 1, body: "typo", from: { id: member.id } },
    ]);
  });

  it("[ED4] the same key is the same edit, another text under it a conflict", async () => {
    const room = await freshRoom();
    const { seq } = await send(server.url, member.token, room, "one");
    const first = await edit(member, room, seq, "two", "k");
    await edit(member, room, seq, "three", "l");
    expect(await edit(member, room, seq, "two", "k")).toMatchObject({
      status: 200,
      body: { seq: (first.body as Sent).seq, duplicate: true },
    });
    expect((await edit(member, room, seq, "four", "k")).status).toBe(409);
    expect((await readLog(server.url, member.token, room))[0]?.body).toBe("three");
  });

  it("[ED5] [ED6] authors change their own; moderators and the owner delete any and read versions; strangers nothing", async () => {
    const room = await moderatedRoom();
    const { seq } = await send(server.url, member.token, room, "one");
    await edit(member, room, seq, "two");
    const versions = ({ token }: User) => request(server.url, "GET", `${messagePath(room, seq)}/versions`, { token });
    const before: VersionPage = { versions: [{ version: 1, at: expect.any(Number), body: "one" }], more: false };
    for (const user of [member, moderator, owner]) {
      expect(await versions(user)).toMatchObject({ status: 200, body: before });
    }
    expect((await versions(stranger)).status).toBe(403);
    for (const user of [owner, moderator, stranger]) expect((await edit(user, room, seq, "x")).status).toBe(403);
    const { seq: owners } = await send(server.url, owner.token, room, "mine");
    expect((await versions(member)).status).toBe(200);
    expect(
      (await request(server.url, "GET", `${messagePath(room, owners)}/versions`, { token: member.token })).status,
    ).toBe(403);
    for (const user of [member, stranger]) expect((await remove(user, room, owners)).status).toBe(403);
    expect((await remove(moderator, room, owners)).status).toBe(200);
    expect((await remove(owner, room, seq)).status).toBe(200);
    expect(await versions(member)).toMatchObject({ status: 200, body: { versions: [] } });
  });

  it("[ED7] [ED8] what is no message, not there, or deleted is refused by what it is", async () => {
    const room = await freshRoom();
    const { seq } = await send(server.url, member.token, room, "one");
    await edit(member, room, seq, "two");
    const failures = async (at: number) => {
      const replies = [
        await edit(member, room, at, "x"),
        await remove(member, room, at),
        await react(member, room, at, "👍"),
      ];
      return replies.map(({ body }) => (body as { failure?: string }).failure);
    };
    expect(await failures(99)).toEqual(["notFound", "notFound", "notFound"]);
    expect(await failures(2)).toEqual(["badRequest", "badRequest", "badRequest"]);
    expect((await edit(member, room, 0, "x")).status).toBe(400);
    expect((await edit(member, room, seq, "")).status).toBe(400);
    await remove(member, room, seq);
    expect(await failures(seq)).toEqual(["conflict", undefined, "conflict"]);
    const log = await readLog(server.url, owner.token, room);
    expect(log[0]).toMatchObject({ deleted: true });
    expect(JSON.stringify(log)).not.toMatch(/"body":/);
  });

  it("[ED9] reactions are counted for everybody, and the same twice is one", async () => {
    const room = await freshRoom();
    const { seq } = await send(server.url, member.token, room, "one");
    for (const user of [owner, member, member]) expect((await react(user, room, seq, "👍🏽")).status).toBe(200);
    await react(moderator, room, seq, "🎉");
    await react(owner, room, seq, "👍🏽", "DELETE");
    const log = await readLog(server.url, owner.token, room);
    expect(log[0]?.reactions).toEqual([
      { emoji: "👍🏽", count: 1 },
      { emoji: "🎉", count: 1 },
    ]);
    expect(log.slice(1).map(({ reaction }) => reaction?.count)).toEqual([1, 2, 1, 1]);
    for (const emoji of ["two", " ", "👍👍", "\u200d"]) {
      expect([emoji, (await react(member, room, seq, emoji)).status]).toEqual([emoji, 400]);
    }
  });

  it("[ED5] a seq names a message of the room in the path, whatever one may do elsewhere", async () => {
    const [mine, other] = [await freshRoom("listed"), freshName("room")];
    await call(server.url, "POST", "/api/v1/rooms", {
      token: stranger.token,
      body: { name: other, visibility: "listed" },
    });
    const { seq } = await send(server.url, stranger.token, other, "not yours");
    expect((await remove(owner, mine, seq)).status).toBe(404);
    expect((await remove(owner, other, seq)).status).toBe(403);
    expect((await readLog(server.url, stranger.token, other))[0]?.body).toBe("not yours");
  });

  it("[ED5] a conversation of two: each changes the own messages only, and nobody else any", async () => {
    const room = directRoom(owner.id, member.id);
    const { seq } = await send(server.url, owner.token, room, "hi");
    expect((await remove(member, room, seq)).status).toBe(403);
    expect((await remove(stranger, room, seq)).status).toBe(403);
    expect((await react(member, room, seq, "👋")).status).toBe(200);
    expect((await edit(owner, room, seq, "hello")).status).toBe(200);
  });

  it("[RM8] the owner alone gives and takes the role of a moderator", async () => {
    const room = await moderatedRoom();
    const grant = (by: User, role: string) =>
      request(server.url, "PUT", `${roomPath(room)}/members/${member.id}`, { token: by.token, body: { role } });
    for (const user of [moderator, member, stranger]) expect((await grant(user, "moderator")).status).toBe(403);
    expect(await grant(owner, "moderator")).toMatchObject({ status: 200, body: { role: "moderator" } });
    expect(await grant(owner, "member")).toMatchObject({ status: 200, body: { role: "member" } });
    expect((await grant(owner, "owner")).status).toBe(400);
  });
});

it("[ED1] [ED2] live, and after a resume, on the socket", async () => {
  const room = await freshRoom();
  const { socket, welcome } = await NativeSocket.join(server.url, member.token, room);
  const { socket: other } = await NativeSocket.join(server.url, owner.token, room);
  socket.send({ type: "send", id: "m", body: "one" });
  await socket.next("ok");
  socket.send(
    { type: "edit", id: "e", seq: 1, body: "two" },
    { type: "react", id: "r", seq: 1, emoji: "👍", on: true },
  );
  expect(await socket.next("ok")).toMatchObject({ id: "e", seq: 2 });
  expect(await socket.next("ok")).toMatchObject({ id: "r", seq: 3 });
  await expect
    .poll(() => other.events())
    .toMatchObject([
      { seq: 1 },
      { kind: "edit", target: 1, body: "two" },
      { kind: "react", target: 1, reaction: { emoji: "👍", count: 1, on: true } },
    ]);
  other.send({ type: "delete", id: "d", seq: 1 }, { type: "edit", id: "x", seq: 1, body: "mine" });
  expect(await other.next("refused")).toMatchObject({ id: "x", failure: "forbidden" });
  const resume = { epoch: welcome.epoch, seq: 0 };
  const { socket: late } = await NativeSocket.join(server.url, member.token, room, resume);
  await expect
    .poll(() => late.events().map(({ kind, deleted }) => deleted ?? kind))
    .toEqual([true, "edit", "react", "delete"]);
  expect(JSON.stringify(late.events())).not.toContain('"body"');
  for (const each of [socket, other, late]) each.close();
});

it("[ED10] gochat and the gRPC contracts hear of messages alone, in rooms and in conversations", async () => {
  const { url } = server;
  const room = String(1 + Math.floor(Math.random() * 1e9));
  const gochat = await GochatSocket.join(url, stranger.token, Number(room));
  const { gateway } = rpcClients(url);
  const place = { auth: { credential: member.token }, roomName: room };
  const subscriber = await Subscriber.open(gateway, { ...place, credential: member.token, personName: member.name });
  const pair = directRoom(member.id, stranger.id);
  for (const target of [room, pair]) {
    const { seq } = await send(url, member.token, target, "one");
    await edit(member, target, seq, "two");
    await react(stranger, target, seq, "👍");
    await remove(member, target, seq);
    await send(url, member.token, target, "three");
  }
  expect((await gochat.next(3)).msg).toBe("one");
  expect((await gochat.next(3)).msg).toBe("three");
  await expect
    .poll(() => gochat.frames.all.flatMap((frame) => (frame.op === 2 ? [frame.msg] : [])))
    .toEqual(["one", "three"]);
  await expect.poll(() => subscriber.texts).toEqual(["one", "three"]);
  expect((await gateway.getHistory({ ...place, limit: 2 })).messages.map(({ text }) => text)).toEqual(["three"]);
  expect(await post(url, "/push/count", { authToken: stranger.token, roomId: Number(room) })).toMatchObject({
    code: 0,
  });
  expect(gochat.texts()).toEqual(["one", "three"]);
  subscriber.close();
  gochat.close();
});

it("[ED1] [ED4] what was answered survives kill -9, and is the same under its id", async () => {
  const room = await freshRoom();
  const { token } = member;
  const { seq } = await send(server.url, token, room, "one", "m");
  await edit(member, room, seq, "two", "e");
  await react(owner, room, seq, "👍");
  const before: readonly RoomEvent[] = await readLog(server.url, token, room);
  server.killWorker();
  await expect
    .poll(
      () =>
        fetch(`${server.url}/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  expect(await readLog(server.url, token, room)).toEqual(before);
  expect(await edit(member, room, seq, "two", "e")).toMatchObject({ body: { seq: 2, duplicate: true } });
  expect(await request(server.url, "GET", `${messagePath(room, seq)}/versions`, { token })).toMatchObject({
    body: { versions: [{ body: "one" }] },
  });
});
