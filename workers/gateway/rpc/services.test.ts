import { describe, expect, it, vi } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import type { PageQuery } from "../../../contracts/native.ts";
import { fail, ok } from "../../../contracts/reply.ts";
import { ann, ghost, operator, tokenOf } from "../fake-services.ts";
import { bearer, codeOf, errorOf, lastArgs, namesOf, testRpc } from "./test-rpc.ts";

const token = tokenOf(ann);
const auth = { credential: token };
const roomName = "tea";
const personName = "ann";

describe("LoginService", () => {
  it("[RP3] Login begins a session; a wrong pair is UNAUTHENTICATED", async () => {
    const { calls, login } = testRpc();
    expect((await login.login({ username: "ann", password: "x" })).credential).toBe(token);
    expect(lastArgs(calls, "login")?.[0]).toMatchObject({ userName: "ann", password: "x" });
    const wrong = testRpc({ login: () => fail("credentials") });
    expect(await codeOf(wrong.login.login({ username: "ann", password: "y" }))).toBe("Unauthenticated");
    const impossible = testRpc({ login: () => fail("badRequest") });
    expect(await codeOf(impossible.login.login({ username: "a/b", password: "y" }))).toBe("Unauthenticated");
  });
  it.each([
    { username: "", password: "p" },
    { username: "ann", password: "" },
    { username: "ann", password: "x".repeat(limits.PASSWORD_CHARS_MAX + 1) },
    {},
  ])("[RP3] the pair %j is INVALID_ARGUMENT for Login and AddUser, and asks no service", async (pair) => {
    const { calls, login } = testRpc();
    expect(await codeOf(login.login(pair))).toBe("InvalidArgument");
    expect(await codeOf(login.addUser(pair))).toBe("InvalidArgument");
    expect(calls).toEqual([]);
  });
  it("[RP3] Validate answers for the living and the dead, and garbage wakes nobody", async () => {
    const { calls, login } = testRpc();
    expect(await login.validate({ credential: token })).toMatchObject({ valid: true, username: "ann" });
    expect(await login.validate({ credential: tokenOf(ghost) })).toMatchObject({ valid: false, username: "" });
    const asked = calls.length;
    for (const credential of ["carl", `${token}x`]) {
      expect(await login.validate({ credential })).toMatchObject({ valid: false, username: "" });
    }
    expect(calls).toHaveLength(asked);
    expect(await codeOf(login.validate({ credential: "" }))).toBe("InvalidArgument");
  });
  it("[RP3] Validate calls nobody dead because a service did not answer", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(await codeOf(testRpc({ checkAuth: () => fail("unavailable") }).login.validate(auth))).toBe("Unavailable");
    vi.restoreAllMocks();
  });
  it("[RP3] AddUser makes an account; a taken name is ALREADY_EXISTS", async () => {
    const { calls, login } = testRpc();
    expect((await login.addUser({ username: "zoe", password: "p" })).ok).toBe(true);
    expect(lastArgs(calls, "createUser")?.[0]).toMatchObject({ userName: "zoe", password: "p" });
    const taken = testRpc({ createUser: () => fail("nameTaken") });
    expect(await codeOf(taken.login.addUser({ username: "zoe", password: "p" }))).toBe("AlreadyExists");
  });
  it("[RP3] RemoveUser of nobody is ok=false, of somebody else's account PERMISSION_DENIED", async () => {
    const { calls, login } = testRpc();
    expect((await login.removeUser({ username: "bob" }, bearer(token))).ok).toBe(true);
    expect(lastArgs(calls, "removeUser")).toEqual([ann, "bob"]);
    expect(await codeOf(login.removeUser({ username: "" }, bearer(token)))).toBe("InvalidArgument");
    const nobody = testRpc({ removeUser: () => ok(false) });
    expect((await nobody.login.removeUser({ username: "x" }, bearer(token))).ok).toBe(false);
    const foreign = testRpc({ removeUser: () => fail("forbidden") });
    expect(await codeOf(foreign.login.removeUser({ username: "x" }, bearer(token)))).toBe("PermissionDenied");
  });
  it("[RP3] WhoIsLoggedIn shows no credential, and leaves it to the service whom it answers", async () => {
    const { calls, login } = testRpc();
    const { sessions } = await login.whoIsLoggedIn({}, bearer(tokenOf(operator)));
    expect(lastArgs(calls, "liveSessions")).toEqual([operator]);
    expect(sessions).toMatchObject([
      { username: "ann", credential: "aaaaaaaa…", expiresAtIso: "1970-01-01T00:00:00.000Z" },
    ]);
    const refused = testRpc({ liveSessions: () => fail("forbidden") });
    expect(await codeOf(refused.login.whoIsLoggedIn({}, bearer(token)))).toBe("PermissionDenied");
  });
});

describe("rooms", () => {
  it("[RP5] CreateRoom makes an unlisted room", async () => {
    const { calls, gateway, chatroom } = testRpc();
    expect(await gateway.createRoom({ auth, roomName: "Area 51" })).toMatchObject({ ok: true, message: "OK" });
    expect(lastArgs(calls, "create")).toEqual([ann, "Area 51", "unlisted"]);
    expect(await chatroom.createRoom({ roomName: "x" }, bearer(token))).toMatchObject({ ok: true });
  });
  it.each(["1", "77", "direct:1:2"])("[RP5] CreateRoom %s is ALREADY_EXISTS without being asked for", async (name) => {
    const { calls, gateway } = testRpc();
    expect(await codeOf(gateway.createRoom({ auth, roomName: name }))).toBe("AlreadyExists");
    expect(namesOf(calls)).toEqual(["checkAuth"]);
  });
  it.each(["", " x", "a/b", "..", "007", "x".repeat(65)])("[RP5] the room %j is INVALID_ARGUMENT", async (name) => {
    const { calls, gateway } = testRpc();
    const place = { auth, roomName: name, personName };
    for (const method of ["createRoom", "deleteRoom", "enterRoom", "leaveRoom", "getPeople", "getHistory"] as const) {
      expect(await codeOf(gateway[method](place))).toBe("InvalidArgument");
    }
    expect(await codeOf(gateway.sendMessage({ ...place, text: "hi" }))).toBe("InvalidArgument");
    expect(new Set(namesOf(calls))).toEqual(new Set(["checkAuth"]));
  });
  it("[RP5] nothing to delete and nobody to leave is ok=false with FAIL, not an error", async () => {
    const { gateway, chatroom } = testRpc({ delete: () => ok(false), leave: () => ok(false) });
    const failed = { ok: false, message: "FAIL" };
    expect(await gateway.deleteRoom({ auth, roomName })).toMatchObject(failed);
    expect(await gateway.leaveRoom({ auth, roomName, personName })).toMatchObject(failed);
    expect((await chatroom.deleteRoom({ roomName }, bearer(token))).ok).toBe(false);
    expect((await chatroom.leaveRoom({ roomName, personName }, bearer(token))).ok).toBe(false);
  });
  it("[RP5] an empty person_name is INVALID_ARGUMENT, entering twice ALREADY_EXISTS with the room's words", async () => {
    const { calls, gateway } = testRpc();
    expect(await codeOf(gateway.enterRoom({ auth, roomName }))).toBe("InvalidArgument");
    expect(await codeOf(gateway.leaveRoom({ auth, roomName }))).toBe("InvalidArgument");
    expect(namesOf(calls)).toEqual(["checkAuth", "checkAuth"]);
    const twice = testRpc({ enter: () => fail("conflict", "person already in room") });
    const error = await errorOf(twice.gateway.enterRoom({ auth, roomName, personName }));
    expect([error.code, error.rawMessage]).toEqual([6, "person already in room"]);
  });
});

describe("messages", () => {
  const message = { auth, roomName, personName, text: "hi" };
  it("[RP6] SendMessage answers where the message stands, a duplicate the same", async () => {
    const { gateway } = testRpc({ send: () => ok({ epoch: "e1", seq: 7, at: 99, duplicate: true }) });
    const reply = { ok: true, message: "OK", serverSeq: 7n, serverTsMs: 99n };
    expect(await gateway.sendMessage(message)).toMatchObject(reply);
  });
  it("[RP6] an empty msg_id is no id, and what the client says of the message is its stamp", async () => {
    const { calls, gateway } = testRpc();
    await gateway.sendMessage(message);
    expect(lastArgs(calls, "send")).toEqual([ann, roomName, { body: "hi", personName }]);
    await gateway.sendMessage({ ...message, msgId: "m1" });
    const id = "m1";
    expect(lastArgs(calls, "send")?.[2]).toEqual({ id, body: "hi", personName, stamp: { id } });
    await gateway.sendMessage({ ...message, msgId: "m1", clientTsMs: 5n });
    expect(lastArgs(calls, "send")?.[2]).toEqual({ id, body: "hi", personName, stamp: { id, atMs: 5 } });
  });
  it.each([
    { text: "" },
    { text: "x".repeat(limits.BODY_BYTES_MAX + 1) },
    { personName: "" },
    { msgId: "x".repeat(limits.CLIENT_ID_CHARS_MAX + 1) },
    { clientTsMs: 2n ** 60n },
  ])("[RP6] a message that is wrong in one field is INVALID_ARGUMENT (%#)", async (field) => {
    const { calls, gateway } = testRpc();
    expect(await codeOf(gateway.sendMessage({ ...message, ...field }))).toBe("InvalidArgument");
    expect(namesOf(calls)).toEqual(["checkAuth"]);
  });
  it.each([
    [0, limits.RPC_HISTORY_DEFAULT],
    [-5, 1],
    [1, 1],
    [200, 200],
    [201, 200],
    [2 ** 31 - 1, 200],
  ])("[RP7] GetHistory %i asks for %i", async (limit, asked) => {
    const { calls, gateway } = testRpc();
    await gateway.getHistory({ auth, roomName, limit });
    expect(lastArgs(calls, "history")?.[2]).toMatchObject({ limit: asked, messagesOnly: true });
  });
  it("[RP7] pages that are bounded in bytes are put together, oldest first", async () => {
    const rpc = testRpc({ history: () => ok(pageOfThree(lastArgs(rpc.calls, "history")?.[2] as PageQuery)) });
    const { messages } = await rpc.gateway.getHistory({ auth, roomName, limit: 8 });
    expect(messages.map(({ serverSeq }) => Number(serverSeq))).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    const all = await rpc.gateway.getHistory({ auth, roomName, limit: 200 });
    expect(all.messages).toHaveLength(10);
  });
  it("[RP7] a message is repeated with what its client said, and tombstones and other kinds are left out", async () => {
    const stamp = { id: "m1", atMs: 5 };
    const tombstone = { ...eventOf(4), deleted: true };
    const events = [{ ...eventOf(1), stamp }, { ...eventOf(2), kind: "poll" }, eventOf(3), tombstone];
    const { gateway } = testRpc({
      history: () => ok({ epoch: "e1", after: 0, events, more: false, head: 4, first: 1 }),
    });
    const { messages } = await gateway.getHistory({ auth, roomName });
    const said = { roomName, personName, text: "m1", serverSeq: 1n, clientTsMs: 5n, serverTsMs: 1n, msgId: "m1" };
    expect(messages[0]).toMatchObject(said);
    expect(messages[1]).toMatchObject({ serverSeq: 3n, clientTsMs: 0n, msgId: "" });
    expect(messages).toHaveLength(2);
  });
});

function eventOf(seq: number): RoomEvent {
  return { seq, kind: "message", from: { id: 1, name: personName }, at: seq, messageNo: seq, body: `m${seq}` };
}

/** A log of ten messages whose pages hold three at most. */
function pageOfThree(query: PageQuery) {
  const before = "before" in query ? Math.min(query.before, 11) : 11;
  const from = Math.max(1, before - Math.min(query.limit, 3));
  const events = Array.from({ length: before - from }, (_, i) => eventOf(from + i));
  return { epoch: "e1", after: from - 1, events, more: from > 1, head: 10, first: 1 };
}
