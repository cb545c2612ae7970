import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { directRoom } from "../../contracts/names.ts";
import type { RoomDescription } from "../../contracts/rooms.ts";
import { NDJSON, readLines } from "../support/export-file.ts";
import { NativeSocket } from "../support/native-socket.ts";
import { call, freshName, login, readLog, register, request, roomPath, send, type User } from "../support/rest.ts";
import { rpcClients, Subscriber } from "../support/rpc.ts";
import { Server } from "../support/server.ts";

let server: Server;
let url: string;
let ann: User;
let bob: User;
beforeAll(async () => {
  server = await Server.start();
  url = server.url;
  [ann, bob] = [await register(url), await register(url)];
});
afterAll(() => server.stop());

async function createRoom(by: User, visibility = "private"): Promise<string> {
  const name = freshName("room");
  await call(url, "POST", "/api/v1/rooms", { token: by.token, body: { name, visibility } });
  return name;
}

const addMember = (room: string, by: User, { id }: User) =>
  call(url, "PUT", `${roomPath(room)}/members/${id}`, { token: by.token });
const exportRoom = (room: string, { token }: User) => request(url, "GET", `${roomPath(room)}/export`, { token });
const importAs = (room: string, { token }: User, body: string, query = "") =>
  request(url, "POST", `/api/v1/imports?room=${room}${query}`, { token, body, headers: NDJSON });

it("[RI6] [RI15] an export makes the same room again, with the same seqs, times and texts", async () => {
  const room = await createRoom(ann, "unlisted");
  const say = (i: number) => send(url, (i % 2 === 0 ? ann : bob).token, room, `text ${i} <é>\u0000`);
  for (let i = 0; i < 4; i++) await say(i);
  await Promise.all(Array.from({ length: 246 }, (_, i) => say(i)));
  const message = `${roomPath(room)}/messages`;
  await call(url, "PUT", `${message}/2`, { token: bob.token, body: { body: "edited" } });
  await call(url, "PUT", `${message}/2/reactions/${encodeURIComponent("👍")}`, { token: ann.token });
  await call(url, "DELETE", `${message}/4`, { token: ann.token });
  const file = await exportRoom(room, ann);
  expect(file.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = readLines(file.body);
  expect(lines[0]).toMatchObject({ type: "room", room, head: 253, messages: 250 });
  expect(lines.at(-1)).toEqual({ type: "end", events: 253, head: 253 });
  const log = await readLog(url, ann.token, room);
  expect(lines.slice(1, -1)).toEqual(log.map((event) => ({ type: "event", ...event })));

  const copy = freshName("copy");
  const imported = await importAs(copy, ann, String(file.body));
  expect(imported.status).toBe(201);
  expect(imported.body).toMatchObject({ room: copy, role: "owner", head: 253, messages: 250, visibility: "unlisted" });
  const again = readLines((await exportRoom(copy, ann)).body);
  const local = (line: unknown) => JSON.parse(JSON.stringify(line).replaceAll(`"id":${bob.id},`, `"id":${-bob.id},`));
  expect(again.slice(1)).toEqual(lines.slice(1).map(local));
  const { epoch } = imported.body as RoomDescription;
  expect(epoch).not.toBe(lines[0]?.epoch);
  expect((await exportRoom(copy, bob)).status).toBe(403);
  expect((await importAs(copy, ann, String(file.body))).status).toBe(409);

  const resume = { epoch, seq: 252 };
  const { socket } = await NativeSocket.join(url, ann.token, copy, resume);
  expect((await send(url, ann.token, copy, "goes on")).seq).toBe(254);
  await expect.poll(() => socket.events().map(({ seq }) => seq)).toEqual([253, 254]);
  socket.close();
});

it("[RI14] a line that does not fit is named, nobody sees what was begun, and the name is the user's to try again", async () => {
  const room = await createRoom(ann);
  for (const body of ["one", "two"]) await send(url, ann.token, room, body);
  const lines = String((await exportRoom(room, ann)).body)
    .trimEnd()
    .split("\n");
  const copy = freshName("copy");
  const broken = lines.with(2, (lines[2] ?? "").replace('"seq":2', '"seq":3'));
  expect(await importAs(copy, ann, broken.join("\n"))).toMatchObject({
    status: 400,
    body: { failure: "badRequest", detail: "line 3: seq 3 does not follow seq 1" },
  });
  expect(await importAs(copy, ann, lines.slice(0, -1).join("\n"))).toMatchObject({ status: 400 });
  for (const { token } of [ann, bob]) {
    expect((await request(url, "GET", roomPath(copy), { token })).status).toBe(404);
  }
  expect((await importAs(copy, bob, lines.join("\n"))).status).toBe(409);
  expect((await importAs(copy, ann, lines.join("\n"))).status).toBe(201);
});

it("[RI16] nobody makes others say something: authors are kept for administrators alone", async () => {
  const room = await createRoom(ann);
  await send(url, ann.token, room, "said");
  const file = String((await exportRoom(room, ann)).body).replace("said", "never said");
  const forged = freshName("copy");
  expect((await importAs(forged, bob, file)).status).toBe(201);
  const [event] = await readLog(url, bob.token, forged);
  expect(event?.from).toEqual({ id: -ann.id, name: ann.name });
  expect((await importAs(freshName("copy"), bob, file, "&authors=keep")).status).toBe(403);
});

it("[RI8] [RI9] everything about me holds my words and settings, and nobody else's", async () => {
  const me = await register(url);
  const [mine, left] = [await createRoom(me), await createRoom(ann)];
  await send(url, me.token, mine, "my first words");
  await call(url, "PUT", `${roomPath(mine)}/messages/1`, { token: me.token, body: { body: "my second words" } });
  await addMember(left, ann, me);
  await send(url, ann.token, left, "ann's secret");
  await send(url, me.token, left, "my third words");
  await call(url, "DELETE", `${roomPath(left)}/members/${me.id}`, { token: ann.token });
  const { body } = await request(url, "GET", "/api/v1/accounts/me/export", { token: me.token });
  for (const text of ["my first words", "my second words", "my third words"]) expect(body).toContain(text);
  for (const text of ["ann's secret", me.token, me.password, "argon2"]) expect(body).not.toContain(text);
  const lines = readLines(body);
  expect(lines[0]).toMatchObject({ type: "account", user: { id: me.id, name: me.name }, admin: false });
  expect(lines.filter(({ type }) => type === "room")).toMatchObject(
    [mine, left].toSorted().map((room) => ({ room, role: room === mine ? "owner" : null })),
  );
  expect(lines.at(-1)).toMatchObject({ type: "end", events: 3, rooms: 2 });
});

it("[RI10] [RI12] an erased user is found nowhere, is told by one event, and is gone for every dialect", async () => {
  const zoe = await register(url, freshName("Zoe-Unmistakable"));
  const other = await login(url, zoe);
  const secret = `secret-${crypto.randomUUID()}`;
  const [room, hers] = [await createRoom(ann), await createRoom(zoe)];
  const pair = directRoom(ann.id, zoe.id);
  await addMember(room, ann, zoe);
  const { seq } = await send(url, zoe.token, room, secret);
  for (const place of [hers, pair]) await send(url, zoe.token, place, `${secret} in ${place}`);
  await call(url, "PUT", `${roomPath(room)}/messages/${seq}`, { token: zoe.token, body: { body: `${secret} again` } });
  await send(url, ann.token, pair, "ann's half");
  const { socket } = await NativeSocket.join(url, ann.token, room, { epoch: await epochOf(room), seq: 0 });
  const { socket: gone } = await NativeSocket.join(url, other.token, room);
  const place = { roomName: room, personName: ann.name, afterSeq: 0n };
  await expect.poll(() => socket.events().at(-1)?.kind).toBe("edit");

  const wrong = await request(url, "DELETE", "/api/v1/accounts/me", { token: zoe.token, body: { password: "no" } });
  expect(wrong.status).toBe(401);
  const erased = await request(url, "DELETE", "/api/v1/accounts/me", {
    token: zoe.token,
    body: { password: zoe.password },
  });
  expect(erased).toMatchObject({ status: 200, body: { sessions: 2, pending: 0 } });
  await expect.poll(() => gone.isOpen).toBe(false);
  await expect.poll(() => socket.events().at(-1)).toMatchObject({ kind: "purge", subject: { id: zoe.id, name: "" } });
  for (const { token } of [zoe, other]) {
    expect((await request(url, "GET", "/api/v1/accounts/me", { token })).status).toBe(401);
  }
  const subscriber = await Subscriber.open(rpcClients(url).gateway, { ...place, credential: ann.token });
  const answers = [
    await request(url, "GET", `${roomPath(room)}/messages`, { token: ann.token }),
    await request(url, "GET", `${roomPath(room)}/messages/${seq}/versions`, { token: ann.token }),
    await request(url, "GET", `${roomPath(room)}/members`, { token: ann.token }),
    await request(url, "GET", `${roomPath(pair)}/messages`, { token: ann.token }),
    await exportRoom(room, ann),
    await exportRoom(pair, ann),
    await request(url, "GET", "/api/v1/accounts/me/export", { token: ann.token }),
  ];
  const seen = JSON.stringify([answers.map(({ body }) => body), subscriber.texts]);
  for (const text of [zoe.name, secret]) expect(seen).not.toContain(text);
  expect(seen).toContain("ann's half");
  for (const each of [socket, gone, subscriber]) each.close();
  const again = await register(url, zoe.name);
  expect(again.id).toBeGreaterThan(zoe.id);
});

it("[RI10] [RI11] an administrator erases by name; there is no account of that name then", async () => {
  const zoe = await register(url);
  await send(url, zoe.token, "7", `words of ${zoe.name}`);
  const path = `/api/v1/admin/users/${zoe.name}`;
  expect((await request(url, "DELETE", path, { token: bob.token })).status).toBe(403);
  expect((await request(url, "DELETE", path, { token: server.operatorToken() })).status).toBe(200);
  expect((await request(url, "DELETE", path, { token: server.operatorToken() })).status).toBe(404);
  expect(JSON.stringify(await readLog(url, ann.token, "7"))).not.toContain(zoe.name);
});

it("[RI10] [RI12] no table of any object in the data folder holds an erased user's name or texts", async () => {
  const zoe = await register(url, freshName("Zoe-Unforgettable"));
  const secret = `secret-${crypto.randomUUID()}`;
  const room = await createRoom(ann);
  await addMember(room, ann, zoe);
  for (const place of ["8", directRoom(ann.id, zoe.id)]) await send(url, zoe.token, place, secret, secret);
  const { seq } = await send(url, zoe.token, room, secret, secret);
  await call(url, "PUT", `${roomPath(room)}/messages/${seq}`, { token: zoe.token, body: { body: `${secret} again` } });
  expect(await holding(secret)).not.toEqual([]);
  expect(await holding(zoe.name)).not.toEqual([]);
  await call(url, "DELETE", "/api/v1/accounts/me", { token: zoe.token, body: { password: zoe.password } });
  expect(await holding(secret)).toEqual([]);
  expect(await holding(zoe.name)).toEqual([]);
});

/** The tables that hold a text, in whatever case. Deleted rows count no more, although SQLite overwrites them only later. */
async function holding(text: string): Promise<readonly string[]> {
  const files = readdirSync(server.dataDir, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".sqlite")).flatMap((file) => tablesHolding(file, text));
}

/** The server takes a database for itself for a moment when it opens or closes it. */
const LOCK_MS_MAX = 5_000;

function tablesHolding(file: string, text: string): readonly string[] {
  const database = new DatabaseSync(join(server.dataDir, file), { readOnly: true, timeout: LOCK_MS_MAX });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return (
      tables
        .map(({ name }) => String(name))
        // Attempts at a name, of an address, are forgotten by the minute. [AT4]
        .filter((name) => name !== "bucket")
        .filter((name) => {
          const select = database.prepare(`SELECT * FROM "${name}"`);
          // The runtime's alarms are in nanoseconds.
          select.setReadBigInts(true);
          const values = select.all().flatMap((row) => Object.values(row));
          return values.some((value) => toText(value).toLowerCase().includes(text.toLowerCase()));
        })
    );
  } finally {
    database.close();
  }
}

function toText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

async function epochOf(room: string): Promise<string> {
  return (await call<RoomDescription>(url, "GET", roomPath(room), { token: ann.token })).epoch;
}
