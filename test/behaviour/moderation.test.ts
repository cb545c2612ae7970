import { afterAll, beforeAll, expect, it } from "vitest";
import type { ModerationPage, Report, ReportPage, Restriction } from "../../contracts/rooms.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, login, readLog, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
beforeAll(async () => {
  server = await Server.start({ ATTEMPTS_PER_ADDRESS: "1000000" });
});
afterAll(() => server.stop());

const ask = (by: User, method: string, path: string, body?: object) =>
  request(server.url, method, path, { token: by.token, ...(body === undefined ? {} : { body }) });

/** A room that everybody may use who knows it, with its owner, a moderator and a guest. */
async function openClub() {
  const [owner, moderator, guest] = [
    await register(server.url),
    await register(server.url),
    await register(server.url),
  ];
  const name = freshName("club");
  await call(server.url, "POST", "/api/v1/rooms", { token: owner.token, body: { name } });
  const path = roomPath(name);
  const body = { role: "moderator" };
  await call(server.url, "PUT", `${path}/members/${moderator.id}`, { token: owner.token, body });
  return { name, path, owner, moderator, guest };
}

it("[MO4] a muted user's sends are refused on the socket and over REST, and what others say arrives", async () => {
  const { name, path, owner, moderator, guest } = await openClub();
  const { socket } = await NativeSocket.join(server.url, guest.token, name);
  const mute = await ask(moderator, "PUT", `${path}/mutes/${guest.id}`, { seconds: 3_600, reason: "loud" });
  expect(mute.status).toBe(204);
  socket.send({ type: "send", id: "a", body: "but" });
  expect(await socket.next("refused")).toMatchObject({ id: "a", failure: "forbidden" });
  const refused = await ask(guest, "POST", `${path}/messages`, { body: "but" });
  expect(refused).toMatchObject({ status: 403, body: { failure: "forbidden", retryAfterMs: expect.any(Number) } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(3_000);
  await send(server.url, owner.token, name, "thanks");
  expect((await socket.next("events")).events).toMatchObject([{ body: "thanks" }]);

  const { body } = await ask(owner, "GET", `${path}/restrictions`);
  const { restrictions } = body as { restrictions: readonly Restriction[] };
  expect(restrictions).toMatchObject([
    { type: "mute", user: { id: guest.id }, by: { id: moderator.id }, reason: "loud" },
  ]);
  expect((await ask(moderator, "DELETE", `${path}/mutes/${guest.id}`)).status).toBe(204);
  socket.send({ type: "send", id: "b", body: "sorry" });
  expect(await socket.next("ok")).toMatchObject({ id: "b" });
  socket.close();
});

it("[MO6] banned sockets are closed with 4503, and a reconnect is refused until the ban is lifted", async () => {
  const { name, path, owner, moderator, guest } = await openClub();
  await call(server.url, "PUT", `${path}/members/${guest.id}`, { token: owner.token });
  const { socket } = await NativeSocket.join(server.url, guest.token, name);
  const watching = await NativeSocket.join(server.url, owner.token, name);
  const ban = await ask(moderator, "PUT", `${path}/bans/${guest.id}`, { reason: "spam" });
  expect(ban).toMatchObject({ status: 200, body: { removed: 0, closed: 1 } });
  await send(server.url, owner.token, name, "not for the banned");
  expect(await socket.closed).toEqual({ code: 4503, reason: "you are banned from this room: spam" });
  expect(JSON.stringify(socket.events())).not.toContain("not for the banned");
  await expect.poll(() => watching.socket.events().map(({ kind }) => kind)).toContain("member");
  await expect(NativeSocket.open(server.url, guest.token, name)).rejects.toThrow("403");
  await expect(NativeSocket.open(server.url, (await login(server.url, guest)).token, name)).rejects.toThrow("403");
  expect((await ask(guest, "GET", `${path}/messages`)).status).toBe(403);

  expect((await ask(owner, "DELETE", `${path}/bans/${guest.id}`)).status).toBe(204);
  (await NativeSocket.join(server.url, guest.token, name)).socket.close();
  const { entries } = (await ask(owner, "GET", `${path}/moderation`)).body as ModerationPage;
  expect(entries.slice(0, 2)).toMatchObject([
    { action: "unban", by: { id: owner.id } },
    { action: "ban", by: { id: moderator.id }, subject: { id: guest.id }, reason: "spam" },
  ]);
  watching.socket.close();
});

it("[MO13] in slow mode a second message waits, over every door, but the moderators'", async () => {
  const { name, path, owner, moderator, guest } = await openClub();
  expect((await ask(moderator, "PATCH", path, { slowModeSeconds: 3_600 })).status).toBe(403);
  expect(await ask(owner, "PATCH", path, { slowModeSeconds: 3_600 })).toMatchObject({
    status: 200,
    body: { slowModeSeconds: 3_600 },
  });
  const post = (by: User, body: string) => ask(by, "POST", `${path}/messages`, { body });
  expect((await post(guest, "one")).status).toBe(201);
  const hurried = await post(guest, "two");
  expect(hurried).toMatchObject({ status: 429, body: { failure: "rateLimited", retryAfterMs: expect.any(Number) } });
  expect(Number(hurried.headers.get("retry-after"))).toBeGreaterThan(3_000);
  const { socket } = await NativeSocket.join(server.url, guest.token, name);
  socket.send({ type: "send", id: "a", body: "two" });
  expect(await socket.next("refused")).toMatchObject({ id: "a", failure: "rateLimited" });
  for (const body of ["one", "two"]) expect((await post(moderator, body)).status).toBe(201);
  expect((await ask(owner, "PATCH", path, { slowModeSeconds: 0 })).status).toBe(200);
  expect((await post(guest, "two")).status).toBe(201);
  socket.close();
});

it("[MO12] an archived room is read and takes nothing but deletions, until its owner takes it back", async () => {
  const { name, path, owner, moderator, guest } = await openClub();
  const { seq } = await send(server.url, guest.token, name, "before");
  const { socket } = await NativeSocket.join(server.url, guest.token, name);
  expect((await ask(owner, "PATCH", path, { archived: true })).status).toBe(200);
  for (const by of [owner, moderator, guest]) {
    expect(await ask(by, "POST", `${path}/messages`, { body: "x" })).toMatchObject({
      status: 403,
      body: { detail: "this room is archived: it can be read" },
    });
  }
  socket.send({ type: "send", id: "a", body: "x" }, { type: "react", id: "b", seq, emoji: "👍", on: true });
  for (const id of ["a", "b"]) expect(await socket.next("refused")).toMatchObject({ id, failure: "forbidden" });
  expect((await readLog(server.url, guest.token, name)).map(({ body }) => body)).toContain("before");
  expect((await ask(guest, "DELETE", `${path}/messages/${seq}`)).status).toBeLessThan(300);
  expect((await ask(moderator, "PATCH", path, { archived: false })).status).toBe(403);
  expect((await ask(owner, "PATCH", path, { archived: false })).status).toBe(200);
  socket.send({ type: "send", id: "c", body: "after" });
  expect(await socket.next("ok")).toMatchObject({ id: "c" });
  socket.close();
});

it("[MO9] a purge is seen live as one event, and no text is left on any page", async () => {
  const { name, path, owner, moderator, guest } = await openClub();
  const { socket } = await NativeSocket.join(server.url, owner.token, name);
  for (const body of ["spam one", "spam two"]) await send(server.url, guest.token, name, body);
  await send(server.url, owner.token, name, "hm");
  const purge = await ask(moderator, "DELETE", `${path}/users/${guest.id}/messages`, { reason: "spam" });
  expect(purge).toMatchObject({ status: 200, body: { removed: 2, closed: 0 } });
  await expect.poll(() => socket.events().at(-1)).toMatchObject({ kind: "purge", subject: { id: guest.id } });
  const log = await readLog(server.url, owner.token, name);
  expect(JSON.stringify(log)).not.toContain("spam");
  const standing = log.filter(({ kind, deleted }) => kind === "message" && deleted !== true);
  expect(standing).toMatchObject([{ body: "hm" }]);
  const resumed = await NativeSocket.open(server.url, guest.token, name);
  resumed.send({ type: "hello" }, { type: "history", req: 1, after: 0, limit: 50 });
  expect(JSON.stringify(await resumed.next("history"))).not.toContain("spam");
  for (const open of [socket, resumed]) open.close();
});

it("[MO14] who is blocked sends nothing to the other, over REST, the socket and gochat's push", async () => {
  const [ann, bob] = [await register(server.url), await register(server.url)];
  const direct = `/api/v1/direct/${ann.id}/messages`;
  expect((await ask(bob, "POST", direct, { body: "hello" })).status).toBe(201);
  const room = `direct:${Math.min(ann.id, bob.id)}:${Math.max(ann.id, bob.id)}`;
  const { socket } = await NativeSocket.join(server.url, bob.token, room);
  expect((await ask(ann, "PUT", `/api/v1/blocks/${bob.id}`)).status).toBe(204);
  expect(await ask(bob, "POST", direct, { body: "hello?" })).toMatchObject({
    status: 403,
    body: { detail: "this user does not take messages from you" },
  });
  socket.send({ type: "send", id: "a", body: "hello?" });
  expect(await socket.next("refused")).toMatchObject({ id: "a", failure: "forbidden" });
  const push = { authToken: bob.token, toUserId: String(ann.id), roomId: 1, msg: "hello?" };
  expect(await request(server.url, "POST", "/push/push", { body: push })).toMatchObject({
    status: 200,
    body: { code: 1 },
  });
  expect(await ask(ann, "GET", "/api/v1/blocks")).toMatchObject({ body: { users: [{ id: bob.id, name: bob.name }] } });
  expect((await ask(ann, "DELETE", `/api/v1/blocks/${bob.id}`)).status).toBe(204);
  expect((await ask(bob, "POST", direct, { body: "hello again" })).status).toBe(201);
  socket.close();
});

it("[MO19] a suspended account's sockets close, and it signs in over no dialect", async () => {
  const user = await register(server.url);
  const token = server.operatorToken();
  const { socket } = await NativeSocket.join(server.url, user.token, "77");
  const path = `/api/v1/admin/suspensions/${user.name}`;
  expect(await request(server.url, "PUT", path, { token })).toMatchObject({
    status: 200,
    body: { sessions: 1, closed: 1 },
  });
  expect((await socket.closed).code).toBe(4501);
  const { name, password } = user;
  const native = (secret: string) =>
    request(server.url, "POST", "/api/v1/sessions", { body: { name, password: secret } });
  expect(await native(password)).toMatchObject({ status: 403, body: { detail: "this account is suspended" } });
  expect((await native("another password")).status).toBe(401);
  const gochat = await request(server.url, "POST", "/user/login", { body: { userName: name, passWord: password } });
  expect(gochat).toMatchObject({ status: 200, body: { code: 1, message: "this account is suspended" } });
  const rpc = await request(server.url, "POST", "/auth.LoginService/Login", { body: { username: name, password } });
  expect(rpc).toMatchObject({ status: 403, body: { code: "permission_denied" } });
  expect((await request(server.url, "DELETE", path, { token })).status).toBe(204);
  expect((await native(password)).status).toBe(201);
});

it("[MO15] [MO16] [MO17] a report reaches the room's moderators and the administrators, who resolve it", async () => {
  const { name, path, owner, moderator, guest } = await openClub();
  const { seq } = await send(server.url, guest.token, name, "rude words");
  const filed = await ask(moderator, "POST", `${path}/messages/${seq}/reports`, { reason: "rude" });
  expect(filed).toMatchObject({ status: 201, body: { body: "rude words", reason: "rude", state: "open" } });
  const report = filed.body as Report;
  const ofRoom = async () => ((await ask(owner, "GET", `${path}/reports`)).body as ReportPage).reports;
  await expect.poll(ofRoom).toEqual([report]);
  expect((await ask(guest, "GET", `${path}/reports`)).status).toBe(403);

  const token = server.operatorToken();
  const all = await request(server.url, "GET", "/api/v1/admin/reports?state=open", { token });
  expect((all.body as ReportPage).reports).toContainEqual(report);
  const resolution = { resolution: "warned" };
  const resolve = () =>
    request(server.url, "POST", `/api/v1/admin/reports/${report.id}/resolution`, { token, body: resolution });
  const resolved = { ...report, state: "resolved", ...resolution };
  for (let i = 0; i < 2; i++) expect(await resolve()).toMatchObject({ status: 200, body: resolved });
  expect(await ofRoom()).toEqual([resolved]);
});
