import { afterAll, beforeAll, expect, it } from "vitest";
import type { EventPage } from "../../contracts/event.ts";
import type { NewInvitation, RoomDescription } from "../../contracts/rooms.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, readLog, register, request, roomPath, send, type User } from "../support/rest.ts";
import { Server } from "../support/server.ts";

let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

const ask = (by: User, method: string, path: string, body?: object) =>
  request(server.url, method, path, { token: by.token, ...(body === undefined ? {} : { body }) });
const must = <T>(by: User, method: string, path: string, body?: object) =>
  call<T>(server.url, method, path, { token: by.token, ...(body === undefined ? {} : { body }) });

it("[ST1] a room is made, kept in order, taken along and cut, and who leaves for good is found nowhere", async () => {
  const [owner, guest, member, late] = await Promise.all([
    register(server.url),
    register(server.url, freshName("Rowdy")),
    register(server.url, freshName("Mona")),
    register(server.url),
  ]);
  const room = freshName("club");
  const path = roomPath(room);

  // An owner makes a private room: strangers neither find nor read it.
  await must(owner, "POST", "/api/v1/rooms", { name: room, title: "The club", visibility: "private" });
  expect((await ask(guest, "GET", `${path}/messages`)).status).toBe(403);
  const found = await must<{ rooms: object[] }>(guest, "GET", `/api/v1/rooms?text=${room}`);
  expect(found.rooms).toEqual([]);

  // An invitation lets in as many as it says.
  const { token: invitation } = await must<NewInvitation>(owner, "POST", `${path}/invitations`, { uses: 3 });
  for (const person of [guest, member, late]) await must(person, "POST", `${path}/join`, { invitation });
  const tooLate = await register(server.url);
  expect((await ask(tooLate, "POST", `${path}/join`, { invitation })).status).toBe(403);

  const { socket } = await NativeSocket.join(server.url, owner.token, room);
  const lateOnce = await NativeSocket.join(server.url, late.token, room);
  const position = { epoch: lateOnce.welcome.epoch, seq: lateOnce.welcome.seq };
  lateOnce.socket.close();

  // A guest misbehaves, is muted, and goes on in another way: banned, with everything that was said.
  const secret = freshName("spam");
  const { seq: rude } = await send(server.url, guest.token, room, `${secret} one`);
  await must(member, "POST", `${path}/messages/${rude}/reports`, { reason: "spam" });
  await must(owner, "PUT", `${path}/mutes/${guest.id}`, { seconds: 3600, reason: "spam" });
  const muted = await ask(guest, "POST", `${path}/messages`, { body: `${secret} two` });
  expect(muted).toMatchObject({ status: 403, body: { failure: "forbidden" } });
  await must(owner, "DELETE", `${path}/mutes/${guest.id}`);
  await send(server.url, guest.token, room, `${secret} three`);
  const rowdy = await NativeSocket.join(server.url, guest.token, room);
  await must(owner, "PUT", `${path}/bans/${guest.id}`, { reason: "spam again" });
  expect((await rowdy.socket.closed).code).toBe(4503);
  expect((await ask(guest, "GET", `${path}/messages`)).status).toBe(403);
  expect((await ask(guest, "POST", `${path}/join`, { invitation })).status).toBe(403);
  const purged = await must<{ removed: number }>(owner, "DELETE", `${path}/users/${guest.id}/messages`);
  expect(purged.removed).toBe(2);
  await expect.poll(() => socket.events().some(({ kind }) => kind === "purge")).toBe(true);
  const { entries } = await must<{ entries: { action: string }[] }>(owner, "GET", `${path}/moderation`);
  expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(["mute", "unmute", "ban", "purge"]));
  expect((await ask(member, "GET", `${path}/moderation`)).status).toBe(403);

  // A member takes the room along, and nothing of what was purged with it.
  const said = freshName("word");
  for (let i = 1; i <= 12; i++) await send(server.url, member.token, room, `${said} ${i}`);
  const file = String((await ask(member, "GET", `${path}/export`)).body);
  const lines = file
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; seq?: number });
  expect([lines[0]?.type, lines.at(-1)?.type]).toEqual(["room", "end"]);
  expect(file).toContain(`${said} 12`);
  expect(file).not.toContain(secret);

  // The room keeps five messages: who was away is told what is missing, exactly.
  const cut = await must<RoomDescription>(owner, "PATCH", path, { retention: { maxAgeSeconds: null, maxMessages: 5 } });
  const log = await readLog(server.url, owner.token, room);
  await expect
    .poll(async () => (await must<RoomDescription>(owner, "GET", path)).first)
    .toBeGreaterThan(position.seq + 1);
  const { first } = await must<RoomDescription>(owner, "GET", path);
  const back = await NativeSocket.join(server.url, late.token, room, position);
  expect(await back.socket.next("truncated")).toEqual({ type: "truncated", from: position.seq + 1, to: first - 1 });
  await expect.poll(() => back.socket.events().at(-1)?.seq).toBe(cut.head > log.length ? cut.head : first + 4);
  expect(back.socket.events().map(({ seq }) => seq)[0]).toBe(first);
  expect(file).toContain(`${said} 1"`);

  // The file becomes a room again, with every seq that it had.
  const copy = `${room}-copy`;
  const imported = await request(server.url, "POST", `/api/v1/imports?room=${encodeURIComponent(copy)}`, {
    token: member.token,
    body: file,
    headers: { "content-type": "application/x-ndjson" },
  });
  expect(imported.status).toBe(201);
  const again = await readLog(server.url, member.token, copy);
  expect(again.map(({ seq }) => seq)).toEqual(lines.flatMap(({ seq }) => seq ?? []));
  const original = await must<RoomDescription>(owner, "GET", path);
  expect((await must<RoomDescription>(member, "GET", roomPath(copy))).epoch).not.toBe(original.epoch);

  // A member leaves for good: the words and the name are nowhere, the order stays.
  const erased = await ask(member, "DELETE", "/api/v1/accounts/me", { password: member.password });
  expect(erased.status).toBe(200);
  await expect
    .poll(async () => JSON.stringify(await must<EventPage>(owner, "GET", `${path}/messages?limit=200`)))
    .not.toContain(said);
  const page = await must<EventPage>(owner, "GET", `${path}/messages?limit=200`);
  expect(JSON.stringify(page)).not.toContain(member.name);
  expect(page.events.filter(({ deleted }) => deleted).length).toBeGreaterThanOrEqual(5);
  for (const where of [`${path}/members`, path, `${path}/presence`, `${path}/moderation`, `${path}/reports`]) {
    expect(JSON.stringify((await ask(owner, "GET", where)).body)).not.toContain(member.name);
  }
  expect(String((await ask(owner, "GET", `${path}/export`)).body)).not.toContain(member.name);
  expect((await ask(member, "GET", "/api/v1/accounts/me")).status).toBe(401);
});
