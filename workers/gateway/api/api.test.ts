import { describe, expect, it } from "vitest";
import { failures } from "../../../contracts/failures.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import { ann, ghost, operator, origin, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const token = tokenOf(ann);
const message = { body: "hi" };
const credentials = { name: "ann", password: "long enough" };
const passwords = { currentPassword: "x", newPassword: "long enough" };
type Row = [method: string, path: string, status: number, body?: unknown];
const open: readonly Row[] = [
  ["POST", "/api/v1/accounts", 201, credentials],
  ["POST", "/api/v1/sessions", 201, credentials],
];
const secured: readonly Row[] = [
  ["GET", "/api/v1/accounts/me", 200],
  ["PUT", "/api/v1/accounts/me/password", 200, passwords],
  ["GET", "/api/v1/sessions", 200],
  ["DELETE", "/api/v1/sessions", 200],
  ["DELETE", "/api/v1/sessions/current", 200],
  ["POST", "/api/v1/rooms", 201, { name: "lobby" }],
  ["GET", "/api/v1/rooms/lobby", 200],
  ["GET", "/api/v1/rooms/lobby/members", 200],
  ["PUT", "/api/v1/rooms/lobby/members/2", 200],
  ["DELETE", "/api/v1/rooms/lobby/members/2", 204],
  ["POST", "/api/v1/rooms/lobby/messages", 201, message],
  ["GET", "/api/v1/rooms/lobby/messages", 200],
  ["PUT", "/api/v1/rooms/lobby/messages/1", 200, message],
  ["DELETE", "/api/v1/rooms/lobby/messages/1", 200],
  ["PUT", "/api/v1/rooms/lobby/messages/1/reactions/%F0%9F%91%8D", 200],
  ["DELETE", "/api/v1/rooms/lobby/messages/1/reactions/%F0%9F%91%8D", 200],
  ["GET", "/api/v1/rooms/lobby/messages/1/versions", 200],
  ["GET", "/api/v1/rooms/lobby/presence", 200],
  ["POST", "/api/v1/direct/2/messages", 201, message],
  ["GET", "/api/v1/rooms/lobby/messages/1", 200],
  ["GET", "/api/v1/rooms/lobby/messages/1/thread", 200],
  ["GET", "/api/v1/rooms/lobby/pins", 200],
  ["PUT", "/api/v1/rooms/lobby/pins/1", 200],
  ["DELETE", "/api/v1/rooms/lobby/pins/1", 200],
  ["GET", "/api/v1/rooms/lobby/marks", 200],
  ["PUT", "/api/v1/rooms/lobby/marks", 200, { read: 1 }],
  ["GET", "/api/v1/inbox", 200],
  ["PUT", "/api/v1/inbox/rooms/lobby/mute", 204],
  ["DELETE", "/api/v1/inbox/rooms/lobby/mute", 204],
  ["GET", "/api/v1/accounts/me/preferences", 200],
  ["PATCH", "/api/v1/accounts/me/preferences", 200, { sharesMarks: false }],
  ["PUT", "/api/v1/rooms/lobby/mutes/2", 204, { seconds: 60 }],
  ["DELETE", "/api/v1/rooms/lobby/mutes/2", 204],
  ["PUT", "/api/v1/rooms/lobby/bans/2", 200],
  ["DELETE", "/api/v1/rooms/lobby/bans/2", 204],
  ["POST", "/api/v1/rooms/lobby/kicks/2", 200],
  ["DELETE", "/api/v1/rooms/lobby/users/2/messages", 200],
  ["GET", "/api/v1/rooms/lobby/restrictions", 200],
  ["GET", "/api/v1/rooms/lobby/moderation", 200],
  ["POST", "/api/v1/rooms/lobby/messages/1/reports", 201, { reason: "rude" }],
  ["GET", "/api/v1/rooms/lobby/reports", 200],
  ["GET", "/api/v1/blocks", 200],
  ["PUT", "/api/v1/blocks/2", 204],
  ["DELETE", "/api/v1/blocks/2", 204],
  ["GET", "/api/v1/rooms", 200],
  ["PATCH", "/api/v1/rooms/lobby", 200, { title: "Lobby" }],
  ["DELETE", "/api/v1/rooms/lobby", 204],
  ["POST", "/api/v1/rooms/lobby/join", 200],
  ["POST", "/api/v1/rooms/lobby/leave", 204],
  ["POST", "/api/v1/rooms/lobby/invitations", 201],
  ["GET", "/api/v1/rooms/lobby/invitations", 200],
  ["DELETE", "/api/v1/rooms/lobby/invitations/i1", 204],
  ["POST", "/api/v1/direct/2", 200],
  ["POST", "/api/v1/groups", 201, { title: "Us", userIds: [2] }],
  ["DELETE", "/api/v1/accounts/me", 200, { password: "x" }],
];
const socket: Row = ["GET", "/api/v1/rooms/lobby/socket", 426];
const uplink: Row = ["GET", "/api/v1/uplink?replica=r1", 426];
const administration: readonly Row[] = [
  ["POST", "/api/v1/admin/users", 200, { userNames: ["a"], password: "demo" }],
  ["POST", "/api/v1/admin/users/import", 200, { accounts: [{ userName: "a", sha1: "0".repeat(40) }] }],
  ["PUT", "/api/v1/admin/administrators/ann", 200],
  ["GET", "/api/v1/admin/reports", 200],
  ["POST", "/api/v1/admin/reports/r1/resolution", 200, { resolution: "warned" }],
  ["PUT", "/api/v1/admin/suspensions/ann", 200],
  ["DELETE", "/api/v1/admin/suspensions/ann", 204],
  ["DELETE", "/api/v1/admin/users/ann", 200],
];
const withBody = [...open, ...secured, ...administration].filter(([, , , body]) => body !== undefined);
// What answers or takes lines of JSON: the rest of their tests is beside them.
const ofLines: readonly Row[] = [
  ["GET", "/api/v1/rooms/lobby/export", 200],
  ["GET", "/api/v1/accounts/me/export", 200],
  ["POST", "/api/v1/imports?room=tea", 415],
];
const everySecured = [...secured, socket, uplink, ...ofLines, ...administration];

async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return response.json<{ status: number; failure: string; detail: string; instance: string; errors?: unknown[] }>();
}

it.each([...open, ...secured, ...administration])("[API5] %s %s answers %i", async (method, path, status, body) => {
  const response = await testGateway().call(method, path, token, body);
  const type = status === 204 ? null : "application/json";
  expect([response.status, response.headers.get("content-type")]).toEqual([status, type]);
});

describe.each(everySecured)("%s %s", (method, path, _, body) => {
  it.each([
    ["no token", undefined],
    ["an empty token", ""],
    ["a garbage token", "garbage"],
    ["an expired token", tokenOf({ ...ann, expiresAtMs: 1 })],
  ])("[API2] %s is 401 and wakes no service", async (_name, bad) => {
    const { call, calls } = testGateway();
    const response = await call(method, path, bad, body);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect(await problemOf(response)).toMatchObject({ status: 401, failure: "session" });
    expect(calls).toEqual([]);
  });
  it("[API2] a token in the query or in a cookie is no token", async () => {
    const { request, calls } = testGateway();
    const init = { method, headers: { cookie: `token=${token}`, upgrade: "websocket" } };
    const query = path.includes("?") ? "&" : "?";
    expect((await request(`${path}${query}token=${token}&access_token=${token}`, init)).status).toBe(401);
    expect(calls).toEqual([]);
  });
});
it.each([...secured, ...administration])("[API2] %s %s with a dead session is 401", async (method, path, _, body) => {
  expect((await testGateway().call(method, path, tokenOf(ghost), body)).status).toBe(401);
});
it.each([...secured, socket, uplink, ...ofLines])(
  "[API2] %s %s refuses the operator",
  async (method, path, _, body) => {
    expect((await testGateway().call(method, path, tokenOf(operator), body)).status).toBe(401);
  },
);
it.each([...secured, socket, ...ofLines, ...administration])(
  "[UP1] %s %s refuses the origin",
  async (method, path, _, body) => {
    const { call, calls } = testGateway();
    expect([(await call(method, path, tokenOf(origin), body)).status, calls]).toEqual([401, []]);
  },
);
it.each(administration)("[API2] %s %s takes the operator", async (method, path, status, body) => {
  expect((await testGateway().call(method, path, tokenOf(operator), body)).status).toBe(status);
});

describe("problems", () => {
  it("[API1] a refusal has the failure's status, its name, a request id, and Retry-After rounded up", async () => {
    for (const failure of ["rateLimited", "busy", "logFull", "notFound", "forbidden", "conflict"] as const) {
      const { call } = testGateway({ send: () => fail(failure, "because", 1_001) });
      const response = await call("POST", "/api/v1/rooms/lobby/messages", token, message);
      expect([response.status, response.headers.get("retry-after")]).toEqual([failures[failure].status, "2"]);
      const instance = response.headers.get("x-request-id");
      expect(await problemOf(response)).toMatchObject({ failure, detail: "because", retryAfterMs: 1_001, instance });
    }
  });
  it("[API1] an unknown path is 404, a wrong method 405 with Allow", async () => {
    const { request } = testGateway();
    for (const path of ["/api", "/api/", "/api/v2", "/api/v1/nothing"]) {
      const response = await request(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await problemOf(response)).toMatchObject({ failure: "notFound" });
    }
    const response = await request("/api/v1/rooms/lobby/messages", { method: "PATCH" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, GET, HEAD, OPTIONS"]);
    expect(await problemOf(response)).toMatchObject({ failure: "methodNotAllowed" });
  });
  it("[API1] what nobody expected is 500 without details", async () => {
    const { call } = testGateway({ describe: () => ({ ok: true, value: { toJSON: () => BigInt(1) } }) });
    const response = await call("GET", "/api/v1/rooms/lobby", token);
    expect(response.status).toBe(500);
    expect(JSON.stringify(await problemOf(response))).not.toMatch(/BigInt|stack/i);
  });
  it("[OP5] a service that does not answer is 503", async () => {
    const broken = () => {
      throw new Error("network connection lost");
    };
    const response = await testGateway({ history: broken }).call("GET", "/api/v1/rooms/lobby/messages", token);
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ failure: "unavailable" });
  });
});

describe.each(withBody)("%s %s", (method, path) => {
  const send = (body: string, type = "application/json") => {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, "content-type": type };
    return testGateway().request(path, { method, headers, body });
  };
  it("[API3] a body that is not application/json is 415", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]) {
      expect([type, (await send("{}", type)).status]).toEqual([type, 415]);
    }
  });
  it("[API3] broken JSON is 400", async () => {
    for (const body of ["", "{", "[".repeat(50_000)]) expect((await send(body)).status).toBe(400);
  });
  it("[API3] fields of wrong types are 400 and say where", async () => {
    for (const body of ["null", "[]", "7", "{}", `{"body":7,"name":7,"password":{},"accounts":"x","userNames":[1]}`]) {
      const response = await send(body);
      expect(response.status).toBe(400);
      expect((await problemOf(response)).errors?.length).toBeGreaterThan(0);
    }
  });
  it("[API3] a body above the limit is 413", async () => {
    expect((await send(`{"body":"${"x".repeat(limits.BULK_REQUEST_BYTES_MAX)}"}`)).status).toBe(413);
  });
});

it("[API5] times of sessions are ISO 8601, and the caller's own is marked", async () => {
  const response = await testGateway().call("GET", "/api/v1/sessions", token);
  expect(await response.json()).toEqual({
    sessions: [
      {
        id: ann.sessionId,
        createdAt: "1970-01-01T00:00:00.000Z",
        expiresAt: "2100-01-01T00:00:00.000Z",
        label: "a test",
        current: true,
      },
    ],
  });
});
it("[API5] the limits and the settings are public", async () => {
  const response = await testGateway().request("/api/v1/limits");
  expect(await response.json()).toMatchObject({ limits, settings: { SENDS_PER_USER: 10_000 } });
});
