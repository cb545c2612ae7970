import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventPage } from "../../contracts/event.ts";
import type { ListedRoom, RoomDescription } from "../../contracts/rooms.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, readLog, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
let people: { readonly owner: User; readonly ann: User; readonly bob: User; readonly eve: User };
beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000" });
  const [owner, ann, bob, eve] = [
    await register(server.url),
    await register(server.url),
    await register(server.url),
    await register(server.url),
  ];
  people = { owner, ann, bob, eve };
});
afterAll(() => server.stop());

const as = <T>({ token }: User, method: string, path: string, body?: object) =>
  call<T>(server.url, method, path, { token, ...(body === undefined ? {} : { body }) });
const statusAs = async ({ token }: User, method: string, path: string, body?: object) =>
  (await request(server.url, method, path, { token, ...(body === undefined ? {} : { body }) })).status;

/** A room of the owner's. */
async function create(fields: object = {}) {
  const name = freshName("room");
  await as(people.owner, "POST", "/api/v1/rooms", { name, ...fields });
  return { name, path: roomPath(name) };
}
const search = (text: string) =>
  as<{ rooms: readonly ListedRoom[] }>(people.eve, "GET", `/api/v1/rooms?text=${encodeURIComponent(text)}`);

describe("the directory", () => {
  it("[RO12] finds a listed room by what it is called now, from its making to its deletion", async () => {
    const word = freshName("Word");
    const { name, path } = await create({ visibility: "listed", title: `${word} & cake` });
    await create({ visibility: "private", title: word });
    await create({ visibility: "unlisted", title: word });
    const found = async () => (await search(word.toUpperCase())).rooms.map(({ room }) => room);
    await expect.poll(found).toEqual([name]);
    await as(people.owner, "PATCH", path, { title: "another" });
    await expect.poll(found).toEqual([]);
    await as(people.owner, "PATCH", path, { topic: `on ${word}` });
    await expect.poll(found).toEqual([name]);
    expect(await statusAs(people.owner, "DELETE", path)).toBe(204);
    await expect.poll(found).toEqual([]);
  });
});

describe("a private room", () => {
  it("[RO6] [RO8] is joined with an invitation while that is good, and left again", async () => {
    const { owner, ann, bob, eve } = people;
    const { path } = await create({ visibility: "private", title: "Secret" });
    expect(await statusAs(ann, "POST", `${path}/join`)).toBe(403);
    const made = await as<{ id: string; token: string }>(owner, "POST", `${path}/invitations`, { uses: 2 });
    const join = (user: User) => statusAs(user, "POST", `${path}/join`, { invitation: made.token });
    expect([await join(ann), await join(ann), await join(bob), await join(eve)]).toEqual([200, 200, 200, 403]);
    expect(await as(ann, "GET", path)).toMatchObject({ title: "Secret", role: "member", members: 3 });
    expect(await statusAs(bob, "POST", `${path}/leave`)).toBe(204);
    expect(await statusAs(bob, "GET", path)).toBe(403);
    const other = await as<{ id: string; token: string }>(owner, "POST", `${path}/invitations`);
    expect(await statusAs(owner, "DELETE", `${path}/invitations/${other.id}`)).toBe(204);
    expect(await statusAs(eve, "POST", `${path}/join`, { invitation: other.token })).toBe(403);
    expect(await as(owner, "GET", `${path}/invitations`)).toEqual({ invitations: [] });
  });

  it("[RO4] that was open before is closed to guests who are in it, live", async () => {
    const { owner, ann, eve } = people;
    const { name, path } = await create({ visibility: "listed" });
    await as(ann, "POST", `${path}/join`);
    const member = await NativeSocket.join(server.url, ann.token, name);
    const guest = await NativeSocket.join(server.url, eve.token, name);
    await as(owner, "PATCH", path, { visibility: "private" });
    expect(await guest.socket.closed).toMatchObject({ code: 4503 });
    await send(server.url, ann.token, name, "among us");
    await expect.poll(() => member.socket.events().map(({ kind }) => kind)).toEqual(["room", "message"]);
    member.socket.close();
  });
});

it("[RO3] members' comings, goings and roles are on the log, and told live", async () => {
  const { owner, ann, eve } = people;
  const { name, path } = await create({ visibility: "listed", members: [ann.id] });
  const { socket } = await NativeSocket.join(server.url, eve.token, name);
  await as(eve, "POST", `${path}/join`);
  await as(owner, "PUT", `${path}/members/${eve.id}`, { role: "read-only" });
  await as(owner, "DELETE", `${path}/members/${eve.id}`);
  const told = [
    { seq: 1, kind: "member", from: { id: eve.id }, subject: { id: eve.id }, member: { change: "joined" } },
    { seq: 2, kind: "member", from: { id: owner.id }, member: { change: "role", role: "read-only" } },
    { seq: 3, kind: "member", subject: { id: eve.id, name: eve.name }, member: { change: "removed", role: null } },
  ];
  expect(await readLog(server.url, ann.token, name)).toMatchObject(told);
  await expect.poll(() => socket.events()).toMatchObject(told);
  socket.close();
});

it("[RO13] newcomers of a room that hides its past read from their joining on, guests from their hello on", async () => {
  const { owner, ann, eve } = people;
  const { name, path } = await create({ visibility: "listed", newcomersSeeHistory: false });
  await send(server.url, owner.token, name, "before");
  const { socket, welcome } = await NativeSocket.join(server.url, eve.token, name);
  await as(ann, "POST", `${path}/join`);
  await send(server.url, owner.token, name, "after");
  expect((await readLog(server.url, ann.token, name)).map(({ seq }) => seq)).toEqual([2, 3]);
  expect(await as<EventPage>(eve, "GET", `${path}/messages`)).toMatchObject({ events: [], more: false });
  await expect.poll(() => socket.events().map(({ seq }) => seq)).toEqual([2, 3]);
  const late = await NativeSocket.join(server.url, eve.token, name, { epoch: welcome.epoch, seq: 0 });
  expect(await late.socket.next("truncated")).toEqual({ type: "truncated", from: 1, to: 3 });
  for (const one of [socket, late.socket]) one.close();
});

it("[RO9] a conversation is one room from both sides, and there is none with nobody", async () => {
  const { ann, bob } = people;
  const open = (by: User, other: number) => as<RoomDescription>(by, "POST", `/api/v1/direct/${other}`);
  expect(await open(ann, bob.id)).toEqual(await open(bob, ann.id));
  await as(ann, "POST", `/api/v1/direct/${bob.id}/messages`, { body: "hi" });
  const { room } = await open(bob, ann.id);
  expect((await readLog(server.url, bob.token, room)).map(({ body }) => body)).toEqual(["hi"]);
  expect(await statusAs(ann, "POST", "/api/v1/direct/999999999")).toBe(404);
  expect(await statusAs(ann, "POST", "/api/v1/direct/999999999/messages", { body: "hi" })).toBe(404);
});

it("[RO10] a group has its people from the start, and strangers find no way in", async () => {
  const { ann, bob, eve } = people;
  const group = await as<RoomDescription>(ann, "POST", "/api/v1/groups", { title: "Us", userIds: [bob.id] });
  await send(server.url, bob.token, group.room, "hello us");
  expect(await readLog(server.url, ann.token, group.room)).toMatchObject([{ seq: 1, body: "hello us" }]);
  expect(await statusAs(eve, "POST", `${roomPath(group.room)}/join`)).toBe(403);
  expect(await statusAs(bob, "POST", `${roomPath(group.room)}/invitations`)).toBe(201);
  expect(await statusAs(ann, "POST", "/api/v1/groups", { title: "Us", userIds: [999_999_999] })).toBe(404);
});
