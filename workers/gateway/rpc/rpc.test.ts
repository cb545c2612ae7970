import { afterEach, describe, expect, it, vi } from "vitest";
import type { FailureName } from "../../../contracts/failures.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import { ann, ghost, operator, tokenOf } from "../fake-services.ts";
import { bearer, codeOf, errorOf, lastArgs, protocols, type RpcClients, testRpc } from "./test-rpc.ts";

afterEach(() => vi.restoreAllMocks());

const token = tokenOf(ann);
const auth = { credential: token };
const roomName = "tea";
const personName = "ann";
const JSON_TYPE = { "content-type": "application/json" };

describe.each(protocols)("over %s", (protocol) => {
  it("[RP1] calls of all four services are answered", async () => {
    const { login, chatroom, chat, gateway } = testRpc().clients(protocol);
    expect((await login.login({ username: "ann", password: "p" })).credential).toBe(token);
    expect((await chatroom.getPeople({ roomName }, bearer(token))).people).toEqual(["ann", "bob"]);
    expect((await chat.sendMessage({ roomName, personName, text: "hi" }, bearer(token))).serverSeq).toBe(1n);
    expect((await gateway.createRoom({ auth, roomName })).message).toBe("OK");
  });
  it("[RP4] a refusal is its row's status, message and retry-after", async () => {
    const busy = () => fail("busy", "not now", 1_500);
    const { gateway } = testRpc({ people: busy }).clients(protocol);
    const error = await errorOf(gateway.getPeople({ auth, roomName }));
    expect(error.rawMessage).toBe("not now");
    expect(error.metadata.get("retry-after")).toBe("2");
  });
  it("[RP4] a stream ends with a status as a call does", async () => {
    const { gateway } = testRpc({ fetch: () => Response.json(fail("notFound"), { status: 404 }) }).clients(protocol);
    expect(await codeOf(drain(gateway.subscribe({ auth, roomName, personName })))).toBe("NotFound");
  });
});

describe("the path", () => {
  it("[RP1] another method than POST is 405, a method that no contract has is 404", async () => {
    const { request } = testRpc();
    const get = await request("/auth.LoginService/Login");
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    expect((await request("/auth.LoginService/Nope", { method: "POST" })).status).toBe(404);
    expect((await request("/gateway.GatewayService/", { method: "POST" })).status).toBe(404);
  });
  it("[RP1] a service that no contract has is 404, and a page under such a name is none of the contracts'", async () => {
    const { request } = testRpc();
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    const wrong = await request("/chat.ChatService/SendMessage", init);
    expect([wrong.status, await wrong.json()]).toEqual([404, expect.objectContaining({ failure: "notFound" })]);
    expect((await request("/chat.ChatService/SendMessage")).headers.get("content-type")).not.toContain("problem");
  });
  it.each(["", "text/plain", "application/x-www-form-urlencoded", "application/grpc-web-text"])(
    "[RP1] the content type %j is 415",
    async (type) => {
      const init = { method: "POST", headers: { "content-type": type }, body: "{}" };
      expect((await testRpc().request("/auth.LoginService/Login", init)).status).toBe(415);
    },
  );
  it.each(["application/grpc", "application/grpc+proto"])("[RP1] %s is told where it is served", async (type) => {
    const init = { method: "POST", headers: { "content-type": type }, body: "" };
    const response = await testRpc().request("/auth.LoginService/Login", init);
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining("native gRPC is the origin's") });
  });
});

type Signed = readonly [string, (clients: RpcClients, token: string | undefined) => Promise<unknown>];
// Fields are empty on purpose: the credential is looked at first.
const byField: readonly Signed[] = (
  ["createRoom", "deleteRoom", "enterRoom", "leaveRoom", "getPeople", "sendMessage", "getHistory"] as const
).map((name) => [
  `GatewayService.${name}`,
  ({ gateway }, credential) => gateway[name](credential === undefined ? {} : { auth: { credential } }),
]);
const metadata = (credential: string | undefined) => (credential === undefined ? {} : bearer(credential));
const byMetadata: readonly Signed[] = [
  ["ChatroomService.createRoom", ({ chatroom }, one) => chatroom.createRoom({}, metadata(one))],
  ["ChatroomService.deleteRoom", ({ chatroom }, one) => chatroom.deleteRoom({}, metadata(one))],
  ["ChatroomService.enterRoom", ({ chatroom }, one) => chatroom.enterRoom({}, metadata(one))],
  ["ChatroomService.leaveRoom", ({ chatroom }, one) => chatroom.leaveRoom({}, metadata(one))],
  ["ChatroomService.getPeople", ({ chatroom }, one) => chatroom.getPeople({}, metadata(one))],
  ["ChatService.sendMessage", ({ chat }, one) => chat.sendMessage({}, metadata(one))],
  ["ChatService.getHistory", ({ chat }, one) => chat.getHistory({}, metadata(one))],
  ["ChatService.subscribe", ({ chat }, one) => drain(chat.subscribe({}, metadata(one)))],
  [
    "GatewayService.subscribe",
    ({ gateway }, one) => drain(gateway.subscribe(one === undefined ? {} : { auth: { credential: one } })),
  ],
];
const byAdministrators: readonly Signed[] = [
  ["LoginService.removeUser", ({ login }, one) => login.removeUser({}, metadata(one))],
  ["LoginService.whoIsLoggedIn", ({ login }, one) => login.whoIsLoggedIn({}, metadata(one))],
];

describe("credentials", () => {
  it.each([...byField, ...byMetadata, ...byAdministrators])(
    "[RP2] %s without a signed credential is UNAUTHENTICATED before its fields are read, and asks no service",
    async (_, call) => {
      const rpc = testRpc();
      for (const credential of [undefined, "", "carl", `${token}x`, token.slice(1)]) {
        expect(await codeOf(call(rpc, credential))).toBe("Unauthenticated");
      }
      expect(rpc.calls).toEqual([]);
    },
  );
  it.each([...byField, ...byMetadata])("[RP2] %s is not for an operator's token", async (_, call) => {
    expect(await codeOf(call(testRpc(), tokenOf(operator)))).toBe("Unauthenticated");
  });
  it.each([...byField, ...byMetadata])(
    "[RP2] %s of a dead session is UNAUTHENTICATED, not malformed",
    async (_, call) => {
      expect(await codeOf(call(testRpc(), tokenOf(ghost)))).toBe("Unauthenticated");
      expect(await codeOf(call(testRpc(), token))).toBe("InvalidArgument");
    },
  );
  it("[RP2] a dead session is UNAUTHENTICATED by the services' word", async () => {
    const { gateway, chatroom } = testRpc();
    const dead = { auth: { credential: tokenOf(ghost) }, roomName };
    expect(await codeOf(gateway.getPeople(dead))).toBe("Unauthenticated");
    expect(await codeOf(chatroom.createRoom({ roomName }, bearer(tokenOf(ghost))))).toBe("Unauthenticated");
  });
  it("[RP2] the credential of the field counts, whatever the metadata says, and the other way round", async () => {
    const { gateway, chatroom } = testRpc();
    expect(await codeOf(gateway.getPeople({ roomName }, bearer(token)))).toBe("Unauthenticated");
    expect(await codeOf(chatroom.getPeople({ roomName }, { headers: { credential: token } }))).toBe("Unauthenticated");
  });
  it("[RP2] person_name is handed to the room, which says whose it is", async () => {
    const { calls, gateway } = testRpc();
    await gateway.enterRoom({ auth, roomName, personName: "bob" });
    expect(lastArgs(calls, "enter")).toEqual([ann, roomName, "bob"]);
    await gateway.leaveRoom({ auth, roomName, personName: "bob" });
    expect(lastArgs(calls, "leave")).toEqual([ann, roomName, "bob"]);
    await gateway.sendMessage({ auth, roomName, personName: "bob", text: "hi" });
    expect(lastArgs(calls, "send")?.[2]).toMatchObject({ personName: "bob" });
  });
});

describe("statuses", () => {
  const rows: readonly (readonly [FailureName, string])[] = [
    ["badRequest", "InvalidArgument"],
    ["tooLarge", "InvalidArgument"],
    ["session", "Unauthenticated"],
    ["credentials", "Unauthenticated"],
    ["forbidden", "PermissionDenied"],
    ["notFound", "NotFound"],
    ["nameTaken", "AlreadyExists"],
    ["conflict", "AlreadyExists"],
    ["busy", "ResourceExhausted"],
    ["rateLimited", "ResourceExhausted"],
    ["roomFull", "ResourceExhausted"],
    ["logFull", "ResourceExhausted"],
    ["unavailable", "Unavailable"],
    ["outOfRange", "OutOfRange"],
    ["unsupported", "Unimplemented"],
    ["internal", "Internal"],
  ];
  it.each(rows)("[RP4] %s is %s", async (failure, code) => {
    const { gateway } = testRpc({ send: () => fail(failure) });
    expect(await codeOf(gateway.sendMessage({ auth, roomName, personName, text: "hi" }))).toBe(code);
  });
  it("[RP4] a service that throws is UNAVAILABLE, and what nobody expected INTERNAL without details", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const broken = () => {
      throw new Error("secret detail");
    };
    const gone = await errorOf(
      testRpc({ send: broken }).gateway.sendMessage({ auth, roomName, personName, text: "x" }),
    );
    expect([gone.code, gone.message.includes("secret")]).toEqual([14, false]);
    const odd = await errorOf(
      testRpc({ people: () => ({ ok: true, value: null }) }).gateway.getPeople({ auth, roomName }),
    );
    expect([odd.code, odd.message.includes("null")]).toEqual([13, false]);
  });
  it("[RP4] the caller's deadline is kept: DEADLINE_EXCEEDED, whether it passes or has passed", async () => {
    const { calls, request } = testRpc({ people: () => new Promise(() => {}) });
    const body = JSON.stringify({ auth, roomName });
    for (const ms of ["0", "20"]) {
      const headers = { ...JSON_TYPE, "connect-timeout-ms": ms };
      const response = await request("/gateway.GatewayService/GetPeople", { method: "POST", headers, body });
      expect(await response.json()).toMatchObject({ code: "deadline_exceeded" });
      expect(calls).toHaveLength(ms === "0" ? 0 : 1);
    }
    const headers = { ...JSON_TYPE, "connect-timeout-ms": "9999999999" };
    const patient = await testRpc().request("/gateway.GatewayService/GetPeople", { method: "POST", headers, body });
    expect(patient.status).toBe(200);
  });
});

describe("limits", () => {
  const login = "/auth.LoginService/Login";
  it("[RP12] a larger message is RESOURCE_EXHAUSTED, with or without a length", async () => {
    const { calls, clients, request } = testRpc();
    const large = { username: "x".repeat(limits.RPC_REQUEST_BYTES_MAX), password: "p" };
    for (const protocol of protocols)
      expect(await codeOf(clients(protocol).login.login(large))).toBe("ResourceExhausted");
    const endless = new ReadableStream<Uint8Array>({ pull: (one) => one.enqueue(new Uint8Array(10_000)) });
    const response = await request(login, { method: "POST", headers: JSON_TYPE, body: endless });
    expect(await response.json()).toMatchObject({ code: "resource_exhausted" });
    expect(calls).toEqual([]);
  });
  it("[RP12] a compressed request is UNIMPLEMENTED and not inflated", async () => {
    const bomb = new Blob([new Uint8Array(1_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
    const body = await new Response(bomb).arrayBuffer();
    const { request } = testRpc();
    for (const encoding of ["gzip", "br", "zstd"]) {
      const headers = { ...JSON_TYPE, "content-encoding": encoding };
      const response = await request(login, { method: "POST", headers, body });
      expect(await response.json()).toMatchObject({ code: "unimplemented" });
    }
    const frame = new Uint8Array(5 + body.byteLength);
    frame.set([1, 0, 0, body.byteLength >> 8, body.byteLength & 255]);
    frame.set(new Uint8Array(body), 5);
    const headers = { "content-type": "application/grpc-web+proto" };
    const answer = await (await request(login, { method: "POST", headers, body: frame })).text();
    expect(answer).toMatch(/grpc-status: [1-9]/);
  });
  it("[RP12] garbage is a status and never a crash", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { calls, request } = testRpc();
    const bodies = ["", "{", "[]", "null", '{"username":7}', "\0\0\0\0", "\0\xff\xff\xff\xff", "\x80\0\0\0\0"];
    const types = ["application/json", "application/proto", "application/grpc-web", "application/grpc-web+json"];
    for (const body of bodies) {
      for (const type of types) {
        const response = await request(login, { method: "POST", headers: { "content-type": type }, body });
        expect([200, 400, 429, 500, 501]).toContain(response.status);
        const text = await response.text();
        expect(text).toMatch(/"code":|grpc-status: [1-9]/);
      }
    }
    expect(calls).toEqual([]);
  });
});

describe("around a call", () => {
  it("[RP13] a browser may send and read what the protocols need", async () => {
    const { request } = testRpc();
    const preflight = await request("/gateway.GatewayService/Subscribe", { method: "OPTIONS" });
    const allowed = preflight.headers.get("access-control-allow-headers")?.toLowerCase();
    for (const name of [
      "content-type",
      "authorization",
      "connect-protocol-version",
      "connect-timeout-ms",
      "x-grpc-web",
      "grpc-timeout",
    ]) {
      expect(allowed).toContain(name);
    }
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    const init = { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ auth, roomName }) };
    const response = await request("/gateway.GatewayService/GetPeople", init);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    for (const name of ["grpc-status", "grpc-message", "retry-after"]) {
      expect(response.headers.get("access-control-expose-headers")?.toLowerCase()).toContain(name);
    }
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
  it("[RP13] a call is one log line with its path, user, failure and request id, and no text of it", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "info").mockImplementation((line: string) => lines.push(line));
    const { gateway } = testRpc({ send: () => fail("forbidden") });
    await errorOf(gateway.sendMessage({ auth, roomName, personName, text: "hush-hush" }));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      route: "/gateway.GatewayService/SendMessage",
      method: "POST",
      userId: 1,
      failure: "forbidden",
      requestId: expect.any(String),
    });
    for (const secret of [token, "hush-hush", roomName]) expect(lines[0]).not.toContain(secret);
  });
});

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
