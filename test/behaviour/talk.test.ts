import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RoomEvent } from "../../contracts/event.ts";
import { directRoom } from "../../contracts/names.ts";
import type { MarkPage, Pin, ThreadPage } from "../../contracts/rooms.ts";
import type { Sent } from "../../contracts/services.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, readLog, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
let owner: User;
let member: User;
let stranger: User;
beforeAll(async () => {
  server = await Server.start();
  [owner, member, stranger] = [await register(server.url), await register(server.url), await register(server.url)];
});
afterAll(() => server.stop());

/** A private room of the owner's with a member who has been there. */
async function freshRoom(): Promise<string> {
  const name = freshName("room");
  const body = { name, visibility: "private", members: [member.id] };
  await call(server.url, "POST", "/api/v1/rooms", { token: owner.token, body });
  return name;
}

const get = <T>({ token }: User, room: string, rest: string) =>
  call<T>(server.url, "GET", `${roomPath(room)}${rest}`, { token });
const ask = ({ token }: User, method: string, room: string, rest: string, body?: object) =>
  request(server.url, method, `${roomPath(room)}${rest}`, { token, ...(body === undefined ? {} : { body }) });

async function answer({ token }: User, room: string, replyTo: number, body = "yes"): Promise<number> {
  const path = `${roomPath(room)}/messages`;
  return (await call<Sent>(server.url, "POST", path, { token, body: { body, replyTo } })).seq;
}

describe("threads", () => {
  it("[TA1] [TA2] are read by any of their messages, and answers say where they belong", async () => {
    const room = await freshRoom();
    const { seq: root } = await send(server.url, owner.token, room, "question");
    const first = await answer(member, room, root);
    await send(server.url, owner.token, room, "aside");
    const second = await answer(owner, room, first, "no");
    for (const seq of [root, first, second]) {
      const page = await get<ThreadPage>(member, room, `/messages/${seq}/thread?limit=1`);
      expect(page).toMatchObject({ root: { body: "question" }, events: [{ seq: first }], more: true, count: 2 });
    }
    expect(await get(member, room, `/messages/${root}/thread?after=${first}`)).toMatchObject({
      events: [{ seq: second, body: "no", replyTo: first, thread: root }],
      more: false,
    });
    expect((await ask(stranger, "GET", room, `/messages/${root}/thread`)).status).toBe(403);
    expect((await ask(member, "GET", room, "/messages/99/thread")).status).toBe(404);
    expect((await ask(member, "POST", room, "/messages", { body: "x", replyTo: 99 })).status).toBe(400);
  });

  it("[TA3] one message is read by its seq, as it is now", async () => {
    const room = await freshRoom();
    const { seq } = await send(server.url, member.token, room, "one");
    expect(await get(owner, room, `/messages/${seq}`)).toMatchObject({ seq, body: "one" });
    await ask(member, "DELETE", room, `/messages/${seq}`);
    expect(await get(owner, room, `/messages/${seq}`)).toMatchObject({ seq, deleted: true });
    for (const other of [seq + 1, 99]) expect((await ask(owner, "GET", room, `/messages/${other}`)).status).toBe(404);
    expect((await ask(stranger, "GET", room, `/messages/${seq}`)).status).toBe(403);
  });
});

describe("mentions", () => {
  it("[TA4] [TA5] [TA8] name people of the room, on the socket and over REST, and follow the text", async () => {
    const room = await freshRoom();
    const { socket } = await NativeSocket.join(server.url, member.token, room);
    const text = `@${member.name}, @${stranger.name}: mail a@b.c, @room`;
    await send(server.url, owner.token, room, text);
    await send(server.url, member.token, room, text);
    await expect.poll(() => socket.events()).toHaveLength(2);
    const [owners, members] = socket.events();
    expect(owners).toMatchObject({ mentions: [member.id], mentionsRoom: true });
    expect(members).toMatchObject({ mentions: [member.id] });
    expect(members).not.toHaveProperty("mentionsRoom");
    expect(await readLog(server.url, owner.token, room)).toEqual([owners, members]);
    socket.send({ type: "edit", id: "e", seq: 2, body: `@${owner.name}!` });
    await expect.poll(() => socket.events().at(-1)).toMatchObject({ kind: "edit", mentions: [owner.id] });
    const [, edited] = await readLog(server.url, owner.token, room);
    expect(edited).toMatchObject({ seq: 2, mentions: [owner.id] });
    socket.close();
  });
});

describe("pins", () => {
  it("[TA9] [TA10] are the owner's to set, everybody's to see, and events for those who are here", async () => {
    const room = await freshRoom();
    const { socket } = await NativeSocket.join(server.url, member.token, room);
    const { seq } = await send(server.url, member.token, room, "keep this");
    const pin = (user: User, method: string, at = seq) => ask(user, method, room, `/pins/${at}`);
    for (const user of [member, stranger]) expect((await pin(user, "PUT")).status).toBe(403);
    expect(await pin(owner, "PUT")).toMatchObject({ status: 200, body: { duplicate: false } });
    expect(await pin(owner, "PUT")).toMatchObject({ status: 200, body: { duplicate: true } });
    const pins = async () => (await get<{ pins: readonly Pin[] }>(member, room, "/pins")).pins;
    expect(await pins()).toMatchObject([{ by: { id: owner.id }, message: { seq, body: "keep this" } }]);
    expect(await pin(owner, "DELETE")).toMatchObject({ body: { duplicate: false } });
    expect(await pins()).toEqual([]);
    const told = ({ kind, target, pinned }: RoomEvent) => ({ kind, target, pinned });
    await expect
      .poll(() => socket.events().slice(1).map(told))
      .toEqual([
        { kind: "pin", target: seq, pinned: true },
        { kind: "pin", target: seq, pinned: false },
      ]);
    expect((await pin(owner, "PUT", 99)).status).toBe(404);
    await ask(member, "DELETE", room, `/messages/${seq}`);
    expect((await pin(owner, "PUT")).status).toBe(409);
    socket.close();
  });

  it("[TA10] of a conversation are set by either of the two", async () => {
    const room = directRoom(owner.id, member.id);
    const { seq } = await send(server.url, owner.token, room, "hi");
    expect((await ask(member, "PUT", room, `/pins/${seq}`)).status).toBe(200);
    expect((await ask(stranger, "GET", room, "/pins")).status).toBe(403);
  });
});

describe("marks", () => {
  it("[TA11] [TA12] move by REST and by the socket, and are told to those who are here", async () => {
    const room = await freshRoom();
    for (const body of ["a", "b", "c"]) await send(server.url, owner.token, room, body);
    const { socket } = await NativeSocket.join(server.url, owner.token, room);
    const { socket: reader, welcome } = await NativeSocket.join(server.url, member.token, room);
    expect(welcome.you).toMatchObject({ read: 0, unread: 3 });
    reader.send({ type: "ack", seq: 3 }, { type: "read", seq: 2 });
    const last = () => socket.frames.all.findLast((frame) => frame.type === "marks");
    await expect
      .poll(last, { timeout: 5_000 })
      .toEqual({ type: "marks", marks: [{ id: member.id, read: 2, delivered: 3 }] });
    expect(await ask(owner, "PUT", room, "/marks", { read: 99 })).toMatchObject({
      status: 200,
      body: { id: owner.id, read: 3, delivered: 3 },
    });
    const { marks } = await get<MarkPage>(member, room, "/marks");
    expect(marks).toEqual([
      { id: owner.id, read: 3, delivered: 3 },
      { id: member.id, read: 2, delivered: 3 },
    ]);
    for (const method of ["GET", "PUT"]) {
      const body = method === "PUT" ? { read: 1 } : undefined;
      expect((await ask(stranger, method, room, "/marks", body)).status).toBe(403);
    }
    for (const each of [socket, reader]) each.close();
  });
});
