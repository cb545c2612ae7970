import { afterAll, beforeAll, expect, it } from "vitest";
import { GochatSocket } from "../support/gochat.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, login, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";
import { UplinkSocket } from "../support/uplink-socket.ts";

let server: Server;
let ann: User;
let bob: User;
let rooms = 7_000;
const freshNumber = () => String(++rooms);
const open = (replica = freshName("replica"), token = server.originToken()) =>
  UplinkSocket.open(server.url, token, replica);

beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000", ATTEMPTS_PER_NAME: "1000000" });
  [ann, bob] = [await register(server.url), await register(server.url)];
});
afterAll(() => server.stop());

it("[UP3] [UP5] [P2] everybody in a room reads one order, on an uplink, a native and a gochat socket", async () => {
  const room = freshNumber();
  const uplink = await open();
  await uplink.seat("a", ann.token, room);
  const { socket } = await NativeSocket.join(server.url, bob.token, room);
  const gochat = await GochatSocket.join(server.url, bob.token, Number(room));
  const reqs = Array.from({ length: 40 }, (_, i) => uplink.send(ann.token, room, { body: `up ${i}`, id: `m${i}` }));
  for (let i = 0; i < 10; i++) await send(server.url, bob.token, room, `rest ${i}`);
  for (const req of reqs) expect(await uplink.answer(req)).toMatchObject({ ok: true });
  await expect.poll(() => uplink.bodies(room).length, { timeout: 10_000 }).toBe(50);
  await expect.poll(() => socket.events().length, { timeout: 10_000 }).toBe(50);
  await expect.poll(() => gochat.texts().length, { timeout: 10_000 }).toBe(50);
  expect(socket.events().map(({ body }) => body)).toEqual(uplink.bodies(room));
  expect(gochat.texts()).toEqual(uplink.bodies(room));
  expect(uplink.bodies(room).filter((body) => body?.startsWith("up"))).toEqual(reqs.map((_, i) => `up ${i}`));
});

it("[UP6] [P7] a logout ends the seat, and the token is dead on the uplink when its answer leaves", async () => {
  const room = freshNumber();
  const session = await login(server.url, ann);
  const uplink = await open();
  await uplink.seat("a", session.token, room);
  const ended = await call(server.url, "DELETE", "/api/v1/sessions/current", { token: session.token });
  expect(ended).toMatchObject({ closed: 1, pending: 0 });
  const req = uplink.send(session.token, room, { body: "too late" });
  expect(await uplink.next("unseated")).toMatchObject({ connection: "a", failure: "session" });
  expect(await uplink.answer(req)).toMatchObject({ failure: "session" });
  await send(server.url, bob.token, room, "after");
  await uplink.seat("b", bob.token, room);
  expect(uplink.bodies(room)).toEqual([]);
});

it("[UP6] who leaves a private room and everybody in a deleted one loses the seat", async () => {
  const name = freshName("club");
  const body = { name, visibility: "private", members: [bob.id] };
  await call(server.url, "POST", "/api/v1/rooms", { token: ann.token, body });
  const uplink = await open();
  await uplink.seat("a", ann.token, name);
  await uplink.seat("b", bob.token, name);
  await request(server.url, "DELETE", `${roomPath(name)}/members/${bob.id}`, { token: ann.token });
  expect(await uplink.next("unseated")).toMatchObject({ connection: "b", failure: "forbidden" });
  await request(server.url, "DELETE", roomPath(name), { token: ann.token });
  expect(await uplink.next("unseated")).toMatchObject({ connection: "a", failure: "notFound" });
});

it("[UP7] a replica that was away reads what it missed, once it sits in the room again", async () => {
  const [room, replica] = [freshNumber(), freshName("replica")];
  const first = await open(replica);
  const { seq } = await first.seat("a", ann.token, room);
  first.close();
  await first.closed;
  for (const body of ["1", "2", "3"]) await send(server.url, bob.token, room, body);
  const second = await open(replica);
  second.ask({ type: "pull", req: 1, room, after: seq });
  expect(await second.answer(1)).toMatchObject({ failure: "forbidden" });
  expect(await second.seat("a", ann.token, room)).toMatchObject({ seq: 3 });
  second.ask({ type: "pull", req: 2, room, after: seq });
  expect(await second.answer(2)).toMatchObject({ value: { events: [{ body: "1" }, { body: "2" }, { body: "3" }] } });
});

it("[UP1] a second uplink of a replica ends the first; one of another replica does not", async () => {
  const replica = freshName("replica");
  const [first, other] = [await open(replica), await open()];
  const second = await open(replica);
  expect(await first.closed).toMatchObject({ code: 4506 });
  for (const uplink of [other, second]) await uplink.seat("a", ann.token, freshNumber());
});

it("[UP3] [P5] nobody is seated and nothing is sent under a token that is not a live user's own", async () => {
  const room = freshNumber();
  const uplink = await open();
  const forged = `${ann.token.slice(0, -4)}AAAA`;
  for (const token of [
    "",
    forged,
    server.operatorToken(),
    server.originToken(),
    server.sign({ kind: "user", userId: ann.id }),
  ]) {
    const req = uplink.send(token, room, { body: "not mine" });
    expect(await uplink.answer(req)).toMatchObject({ failure: "session" });
    uplink.ask({ type: "seat", connection: "x", room, token });
    expect(await uplink.next("unseated")).toMatchObject({ failure: "session" });
  }
  const named = uplink.send(ann.token, room, { body: "I am Bob", personName: bob.name });
  expect(await uplink.answer(named)).toMatchObject({ failure: "forbidden" });
});

it("[UP1] no other token opens an uplink", async () => {
  for (const token of [ann.token, server.operatorToken(), "x".repeat(74)]) {
    await expect(open("r", token)).rejects.toThrow("401");
  }
});
