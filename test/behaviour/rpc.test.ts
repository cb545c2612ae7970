import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMetric } from "../support/metrics.ts";
import { range } from "../support/reader.ts";
import { call, freshName, login, register, roomPath, send, type User } from "../support/rest.ts";
import {
  bearer,
  type Protocol,
  RawSubscriber,
  type RpcClients,
  rpcClients,
  Subscriber,
  statusOf,
  transports,
} from "../support/rpc.ts";
import { Server } from "../support/server.ts";

let server: Server;
let ann: User;
let bob: User;
let rpc: RpcClients;
beforeAll(async () => {
  server = await Server.start();
  [ann, bob] = [await register(server.url), await register(server.url)];
  rpc = rpcClients(server.url);
});
afterAll(() => server.stop());

const authOf = ({ token }: User) => ({ credential: token });
const placeOf = (user: User, roomName: string) => ({ auth: authOf(user), roomName, personName: user.name });

function subscribe(user: User, roomName: string, afterSeq?: bigint): Promise<Subscriber> {
  const wish = { credential: user.token, roomName, personName: user.name };
  return Subscriber.open(rpc.gateway, afterSeq === undefined ? wish : { ...wish, afterSeq });
}

async function freshRoom(owner: User = ann): Promise<string> {
  const roomName = freshName("room");
  await rpc.gateway.createRoom({ auth: authOf(owner), roomName });
  return roomName;
}

describe.each(Object.keys(transports) as Protocol[])("over %s", (protocol) => {
  it("[RP3] [RP5] [RP6] [RP7] [RP8] the original's scenarios 1 and 3: login, room, enter, subscribe, send, leave", async () => {
    const { login: accounts, gateway } = rpcClients(server.url, protocol);
    const [username, roomName] = [freshName("demo"), `Area 51 ${protocol}`];
    await accounts.addUser({ username, password: "demo" });
    const { credential } = await accounts.login({ username, password: "demo" });
    expect(await accounts.validate({ credential })).toMatchObject({ valid: true, username });
    const place = { auth: { credential }, roomName, personName: username };

    expect(await gateway.createRoom(place)).toMatchObject({ ok: true, message: "OK" });
    expect(await statusOf(gateway.createRoom(place))).toBe("AlreadyExists");
    expect(await gateway.enterRoom(place)).toMatchObject({ ok: true, message: "OK" });
    expect(await statusOf(gateway.enterRoom(place))).toBe("AlreadyExists");
    expect((await gateway.getPeople(place)).people).toEqual([username]);

    const subscriber = await Subscriber.open(gateway, { credential, roomName, personName: username });
    await gateway.sendMessage({ ...place, text: "hello", msgId: "" });
    await gateway.sendMessage({ ...place, text: "hello", clientTsMs: 5n, msgId: "" });
    await expect.poll(() => subscriber.texts).toEqual(["hello", "hello"]);
    const { messages } = await gateway.getHistory({ ...place, limit: 5 });
    expect(messages).toEqual(subscriber.messages.all);
    expect(messages).toMatchObject([
      { roomName, personName: username, serverSeq: 1n, clientTsMs: 0n, msgId: "" },
      { serverSeq: 2n, clientTsMs: 5n },
    ]);

    expect(await gateway.leaveRoom(place)).toMatchObject({ ok: true, message: "OK" });
    expect(await gateway.leaveRoom(place)).toMatchObject({ ok: false, message: "FAIL" });
    expect(await statusOf(gateway.getPeople({ auth: { credential: "carl" }, roomName }))).toBe("Unauthenticated");
    subscriber.close();
    expect(await subscriber.ended).toBe("Canceled");
  });
});

it("[RP6] the same msg_id is the same message, with another text ALREADY_EXISTS", async () => {
  const message = { ...placeOf(ann, await freshRoom()), text: "once", msgId: "m1" };
  const first = await rpc.gateway.sendMessage(message);
  expect(await rpc.gateway.sendMessage({ ...message, clientTsMs: 7n })).toEqual(first);
  expect(await statusOf(rpc.gateway.sendMessage({ ...message, text: "other" }))).toBe("AlreadyExists");
});

it("[RP2] nobody acts in another's name, by the field or by the metadata", async () => {
  const roomName = await freshRoom();
  const foreign = { ...placeOf(ann, roomName), personName: bob.name };
  const { gateway, chat, chatroom } = rpc;
  const denied = await Promise.all(
    [
      gateway.enterRoom(foreign),
      gateway.leaveRoom(foreign),
      gateway.sendMessage({ ...foreign, text: "hi" }),
      chatroom.enterRoom(foreign, bearer(ann.token)),
      chat.sendMessage({ ...foreign, text: "hi" }, bearer(ann.token)),
    ].map(statusOf),
  );
  expect(new Set(denied)).toEqual(new Set(["PermissionDenied"]));
  const reader = await Subscriber.open(gateway, { ...foreign, credential: ann.token });
  expect(await reader.ended).toBe("PermissionDenied");
  expect((await gateway.getHistory({ ...placeOf(ann, roomName) })).messages).toEqual([]);
  expect((await gateway.getPeople(placeOf(ann, roomName))).people).toEqual([]);
});

it("[RP4] [RP5] a room that is not there is NOT_FOUND for everything but deleting it", async () => {
  const place = placeOf(ann, freshName("nowhere"));
  const { gateway } = rpc;
  const missing = await Promise.all(
    [
      gateway.enterRoom(place),
      gateway.leaveRoom(place),
      gateway.getPeople(place),
      gateway.getHistory(place),
      gateway.sendMessage({ ...place, text: "hi" }),
    ].map(statusOf),
  );
  expect(new Set(missing)).toEqual(new Set(["NotFound"]));
  expect(await (await subscribe(ann, place.roomName)).ended).toBe("NotFound");
  expect(await gateway.deleteRoom(place)).toMatchObject({ ok: false, message: "FAIL" });
});

it("[RP3] accounts are removed by their owner, and administrators alone see who is logged in", async () => {
  const username = freshName("gone");
  await rpc.login.addUser({ username, password: "p" });
  const { credential } = await rpc.login.login({ username, password: "p" });
  expect(await statusOf(rpc.login.removeUser({ username }, bearer(ann.token)))).toBe("PermissionDenied");
  expect(await statusOf(rpc.login.whoIsLoggedIn({}, bearer(ann.token)))).toBe("PermissionDenied");
  expect((await rpc.login.removeUser({ username }, bearer(credential))).ok).toBe(true);
  expect((await rpc.login.validate({ credential })).valid).toBe(false);
  expect(await statusOf(rpc.login.login({ username, password: "p" }))).toBe("Unauthenticated");

  const admin = await register(server.url);
  await call(server.url, "PUT", `/api/v1/admin/administrators/${admin.name}`, { token: server.operatorToken() });
  const { sessions } = await rpc.login.whoIsLoggedIn({}, bearer(admin.token));
  const own = sessions.find((session) => session.username === ann.name);
  expect(own).toMatchObject({ credential: `${ann.session.slice(0, 8)}…` });
  expect(Date.parse(own?.expiresAtIso ?? "")).toBeGreaterThan(Date.now());
  expect(JSON.stringify(sessions)).not.toContain(ann.token);
});

it("[RM4] a removed user is in no room, told or not, and the name's next user is listed once", async () => {
  const { login: accounts, gateway } = rpcClients(server.url, "grpc-web");
  const [username, told, untold] = [freshName("ghost"), await freshRoom(), await freshRoom()];
  const user = { username, password: "p" };
  const signIn = async () => {
    await accounts.addUser(user);
    return (await accounts.login(user)).credential;
  };
  const peopleOf = async (roomName: string) => (await gateway.getPeople(placeOf(ann, roomName))).people;
  const enter = (credential: string, roomName: string) =>
    gateway.enterRoom({ auth: { credential }, roomName, personName: username });

  const earlier = await signIn();
  await enter(earlier, untold);
  await call(server.url, "DELETE", "/api/v1/sessions/current", { token: earlier });
  const { credential } = await accounts.login(user);
  await enter(credential, told);
  expect((await accounts.removeUser({ username }, bearer(credential))).ok).toBe(true);
  await expect.poll(() => peopleOf(told)).toEqual([]);
  expect(await peopleOf(untold)).toEqual([username]);

  const again = await signIn();
  for (const roomName of [told, untold]) {
    expect(await enter(again, roomName)).toMatchObject({ ok: true });
    expect(await peopleOf(roomName)).toEqual([username]);
  }
});

it("[RP7] the last messages are whole, however large they are", async () => {
  const roomName = await freshRoom();
  const body = "x".repeat(32_000);
  for (const i of range(40)) await send(server.url, ann.token, roomName, `${i} ${body}`);
  const { messages } = await rpc.gateway.getHistory({ ...placeOf(ann, roomName), limit: 200 });
  expect(messages.map(({ serverSeq }) => Number(serverSeq))).toEqual(range(40));
});

it("[RP8] a subscriber that has seen headers misses nothing that is accepted afterwards", async () => {
  const roomName = await freshRoom();
  for (const i of range(10)) {
    const subscriber = await subscribe(bob, roomName);
    const { seq } = await send(server.url, ann.token, roomName, `message ${i}`);
    await expect.poll(() => subscriber.seqs).toContain(seq);
    subscriber.close();
  }
});

it("[RP9] two subscribers and the log have one order, while many send", async () => {
  const roomName = await freshRoom();
  const readers = [await subscribe(ann, roomName), await subscribe(bob, roomName)];
  await Promise.all(range(60).map((i) => send(server.url, (i % 2 ? ann : bob).token, roomName, `message ${i}`)));
  for (const reader of readers) await expect.poll(() => reader.seqs).toEqual(range(60));
  const { messages } = await rpc.gateway.getHistory({ ...placeOf(ann, roomName), limit: 60 });
  for (const reader of readers) expect(reader.messages.all).toEqual(messages);
  for (const reader of readers) reader.close();
});

it("[RP10] what is larger than the room's window arrives whole", async () => {
  const roomName = await freshRoom();
  const body = "x".repeat(30_000);
  for (const i of range(40)) await send(server.url, ann.token, roomName, `${i} ${body}`);
  const reader = await subscribe(bob, roomName, 0n);
  await expect.poll(() => reader.seqs, { timeout: 10_000 }).toEqual(range(40));
  reader.close();
});

it("[RP10] a reader that stalls is held back in the room, holds up nobody, and reads on without loss", async () => {
  const [roomName, count] = [await freshRoom(), 600];
  const delivered = () => readMetric(server.url, 'edgechat_deliveries_total{dialect="native"}');
  const before = await delivered();
  const stalled = await RawSubscriber.open(server.url, ann, roomName);
  const body = "x".repeat(30_000);
  for (let sent = 0; sent < count; sent += 50) {
    await Promise.all(range(50).map((i) => send(server.url, ann.token, roomName, `${sent + i} ${body}`)));
  }
  expect(await delivered()).toBeLessThan(before + count);
  const reader = await subscribe(bob, roomName, BigInt(count - 1));
  await expect.poll(() => reader.seqs).toEqual([count]);
  expect(await stalled.read(count)).toEqual(range(count));
  reader.close();
}, 60_000);

it("[RP11] a logout ends the session's streams with UNAUTHENTICATED, and no other", async () => {
  const roomName = await freshRoom();
  const second = await login(server.url, ann);
  const [leaving, staying] = [await subscribe(second, roomName), await subscribe(ann, roomName)];
  await call(server.url, "DELETE", "/api/v1/sessions/current", { token: second.token });
  expect(await leaving.ended).toBe("Unauthenticated");
  await send(server.url, bob.token, roomName, "after");
  await expect.poll(() => staying.texts).toEqual(["after"]);
  expect(leaving.texts).toEqual([]);
  staying.close();
});

it("[RP11] deleting a room ends its streams with NOT_FOUND", async () => {
  const roomName = await freshRoom();
  const reader = await subscribe(bob, roomName);
  expect(await statusOf(rpc.gateway.deleteRoom(placeOf(bob, roomName)))).toBe("PermissionDenied");
  expect(await rpc.gateway.deleteRoom(placeOf(ann, roomName))).toMatchObject({ ok: true, message: "OK" });
  expect(await reader.ended).toBe("NotFound");
});

it("[RP14] a caller that went away gives its seat back with the next message", async () => {
  const roomName = await freshRoom();
  const count = async () => (await call<{ count: number }>(server.url, "GET", presence, { token: ann.token })).count;
  const presence = `${roomPath(roomName)}/presence`;
  const reader = await subscribe(bob, roomName);
  expect(await count()).toBe(1);
  reader.close();
  await reader.ended;
  await expect
    .poll(async () => {
      await send(server.url, ann.token, roomName, "anybody here?");
      return count();
    })
    .toBe(0);
});

it("[RP8] [RP11] after a crash and a restart after_seq gives what was missed, without loss or double", async () => {
  const roomName = await freshRoom();
  const before = await subscribe(bob, roomName);
  for (const i of range(5)) await send(server.url, ann.token, roomName, `message ${i}`);
  await expect.poll(() => before.seqs).toEqual(range(5));
  await server.killAll();
  expect(await before.ended).not.toBe("OK");
  await server.restart();
  await send(server.url, ann.token, roomName, "message 6");
  const after = await subscribe(bob, roomName, 3n);
  await send(server.url, ann.token, roomName, "message 7");
  await expect.poll(() => after.seqs).toEqual([4, 5, 6, 7]);
  expect(await (await subscribe(bob, roomName, 8n)).ended).toBe("OutOfRange");
  after.close();
});
