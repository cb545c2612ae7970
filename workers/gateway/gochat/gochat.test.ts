import { describe, expect, it } from "vitest";
import { fail } from "../../../contracts/reply.ts";
import { ann, ghost, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const authToken = tokenOf(ann);
const account = { userName: "ann", passWord: "x" };
const routes: Record<string, { body: Record<string, unknown>; data: unknown }> = {
  "/user/register": { body: account, data: authToken },
  "/user/login": { body: account, data: authToken },
  "/user/checkAuth": { body: { authToken }, data: { userId: 1, userName: "ann" } },
  "/user/logout": { body: { authToken }, data: null },
  "/push/push": { body: { authToken, msg: "hi", toUserId: "2", roomId: 1 }, data: null },
  "/push/pushRoom": { body: { authToken, msg: "hi", roomId: 1 }, data: "" },
  "/push/count": { body: { authToken, roomId: 1 }, data: { roomId: 1, count: 1 } },
  "/push/getRoomInfo": { body: { authToken, roomId: 1 }, data: { roomId: 1, count: 1, roomUserInfo: { 1: "ann" } } },
};
const all = Object.keys(routes);
const signed = all.filter((path) => routes[path]?.body.authToken !== undefined);

describe.each(all)("POST %s", (path) => {
  const good = routes[path]?.body ?? {};

  it("[GC1] answers 200 and code 0 with its data", async () => {
    const response = await testGateway().request(path, { method: "POST", body: JSON.stringify(good) });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ code: 0, message: expect.any(String), data: routes[path]?.data });
  });

  it.each([
    ["no body", ""],
    ["bad JSON", "{"],
    ["an array", "[]"],
    ["null", "null"],
    ["a form", "userName=ann&passWord=x"],
    ["deep JSON", "[".repeat(60_000) + "]".repeat(60_000)],
    ["deep JSON in a field", `{"authToken":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
    ["1 MB", `{"authToken":"${"x".repeat(1_048_576)}"}`],
    ["an unfinished escape", '{"authToken":"\\u12"}'],
  ])("[GC1] %s is an envelope with HTTP 200 and no success", async (_, body) => {
    const { request, calls } = testGateway();
    const response = await request(path, { method: "POST", body });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ code: expect.any(Number), message: expect.any(String), data: null });
    expect(calls).toEqual([]);
  });

  it.each([
    ["null", null],
    ["true", true],
    ["an object", {}],
    ["a list", []],
    ["a huge number", 1e308],
    ["a negative number", -1],
    ["a number that is not safe", 2 ** 53],
    ["nothing", ""],
    ["NUL", "\u0000"],
    ["a lone surrogate", "\ud800"],
    ["SQL", "'; DROP TABLE event; --"],
    ["a long text", "x".repeat(10_000)],
  ])("[GC1] %s in every field is an envelope with HTTP 200", async (_, value) => {
    for (const field of Object.keys(good)) {
      const body = JSON.stringify({ ...good, [field]: value });
      const response = await testGateway().request(path, { method: "POST", body });
      expect(response.status).toBe(200);
      const envelope = await response.json<{ code: number; message: string; data: unknown }>();
      expect(Object.keys(envelope)).toEqual(["code", "message", "data"]);
      expect([0, 1, 40000]).toContain(envelope.code);
    }
  });

  it("[GC3] GET is code 1", async () => {
    const response = await testGateway().request(path);
    expect([response.status, await response.json()]).toMatchObject([200, { code: 1 }]);
  });

  it("[GC11] with a slash at its end it is redirected with 307, the query kept, and nothing is done", async () => {
    const { request, calls } = testGateway();
    const init = { method: "POST", body: JSON.stringify(good), redirect: "manual" } as const;
    const response = await request(`${path}/?a=b`, init);
    expect([response.status, response.headers.get("location")]).toEqual([307, `${path}?a=b`]);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(calls).toEqual([]);
  });

  it("[OP5] a service that does not answer is code 1", async () => {
    const broken = () => {
      throw new Error("network connection lost");
    };
    const names = ["register", "login", "checkAuth", "endSession", "push", "send", "count", "roomInfo"];
    const gateway = testGateway(Object.fromEntries(names.map((name) => [name, broken])));
    expect(await gateway.post(path, good)).toMatchObject({
      code: 1,
      message: expect.stringContaining("did not answer"),
    });
  });

  it("[GC9] a rate limit is code 1 with Retry-After in whole seconds", async () => {
    const limited = () => fail("rateLimited", "slow down", 1_200);
    const names = ["register", "login", "checkAuth", "endSession", "push", "send", "count", "roomInfo"];
    const { request } = testGateway(Object.fromEntries(names.map((name) => [name, limited])));
    const response = await request(path, { method: "POST", body: JSON.stringify(good) });
    expect(response.headers.get("retry-after")).toBe("2");
    expect([response.status, await response.json()]).toMatchObject([200, { code: 1, message: "slow down" }]);
  });
});

describe.each(signed)("POST %s", (path) => {
  it.each([
    ["no", undefined],
    ["an empty", ""],
    ["a garbage", "garbage"],
    ["a forged", `${authToken.slice(0, -1)}${authToken.endsWith("A") ? "B" : "A"}`],
    ["a dead", tokenOf(ghost)],
    ["an expired", tokenOf({ ...ann, expiresAtMs: 1 })],
    ["a numeric", 7],
  ])("[GC5] %s token is 40000, Session error", async (_, token) => {
    const answer = await testGateway().post(path, { ...routes[path]?.body, authToken: token });
    expect(answer).toEqual({ code: 40000, message: "Session error", data: null });
  });
});

it.each(["userName", "passWord"])("[GC8] registration without %s is code 1", async (field) => {
  for (const path of ["/user/register", "/user/login"]) {
    expect(await testGateway().post(path, { ...account, [field]: "" })).toMatchObject({ code: 1, data: null });
  }
});
it("[GC8] the sender is the token's user, whatever the body claims", async () => {
  const { post, calls } = testGateway();
  await post("/push/pushRoom", { ...routes["/push/pushRoom"]?.body, fromUserId: 7, fromUserName: "eve", userId: 7 });
  expect(calls).toEqual([{ method: "send", args: [ann, "1", { body: "hi" }] }]);
});
it("[GC6] toUserId may be a number", async () => {
  const { post, calls } = testGateway();
  expect(await post("/push/push", { ...routes["/push/push"]?.body, toUserId: 2 })).toMatchObject({ code: 0 });
  expect(calls[0]).toMatchObject({ method: "push", args: [ann, 2, 1, { body: "hi" }] });
});

it.each(["/", "/nothing", "/ws", "/user/login", "/api/v1/accounts"])(
  "[GC2] OPTIONS %s is 200 for any origin",
  async (path) => {
    const response = await testGateway().request(path, {
      method: "OPTIONS",
      headers: { origin: "https://elsewhere.test" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    for (const name of ["Origin", "X-Requested-With", "Content-Type", "Accept"]) {
      expect(response.headers.get("access-control-allow-headers")).toContain(name);
    }
  },
);
it("[GC2] answers can be read from any origin, failures too", async () => {
  for (const path of ["/user/login", "/nothing", "/api/v1/nothing", "/health"]) {
    const response = await testGateway().request(path, { method: "POST", body: "{" });
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  }
});
it.each(["GET", "POST", "PUT"])("[GC3] %s of an unknown path is code 1 in gochat's words", async (method) => {
  const response = await testGateway().request("/no/such", { method });
  expect([response.status, await response.json()]).toEqual([
    200,
    { code: 1, message: "please check request url !", data: null },
  ]);
});

describe("/ws", () => {
  const upgrade = { headers: { upgrade: "websocket", "x-edgechat-identity": "{}" } };

  it("[GC10] without an upgrade is 426", async () => {
    const response = await testGateway().request("/ws");
    expect([response.status, await response.json()]).toMatchObject([426, { code: 1 }]);
  });
  it("[GC10] an upgrade goes to the chat service without an identity, and its 101 comes back", async () => {
    const { 0: client } = new WebSocketPair();
    const { request, calls } = testGateway({ fetch: () => new Response(null, { status: 101, webSocket: client }) });
    const response = await request("/ws", upgrade);
    expect([response.status, response.webSocket]).toEqual([101, client]);
    const forwarded = calls[0]?.args[0] as Request;
    expect(forwarded.headers.get("x-edgechat-identity")).toBeNull();
    expect(forwarded.headers.get("upgrade")).toBe("websocket");
  });
  it("[GC10] a refused upgrade is no success", async () => {
    const refusal = () => Response.json(fail("busy", "later", 500), { status: 503 });
    const response = await testGateway({ fetch: refusal }).request("/ws", upgrade);
    expect([response.status, response.headers.get("retry-after"), await response.json()]).toMatchObject([
      503,
      "1",
      { code: 1 },
    ]);
  });
});
