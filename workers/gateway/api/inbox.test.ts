import { expect, it } from "vitest";
import { encodeIdentity, IDENTITY_HEADER } from "../../../contracts/identity.ts";
import { ok } from "../../../contracts/reply.ts";
import { ann, operator, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const token = tokenOf(ann);
const SOCKET = "/api/v1/inbox/socket";
const PREFERENCES = "/api/v1/accounts/me/preferences";

it("[IN3] the inbox is asked for as the caller, from where the page before ended", async () => {
  const { call, calls } = testGateway();
  await call("GET", "/api/v1/inbox?after=caf%C3%A9&limit=200", token);
  await call("GET", "/api/v1/inbox", token);
  expect(calls.map(({ args }) => args)).toEqual([
    [ann, { after: "café", limit: 200 }],
    [ann, { after: "", limit: 50 }],
  ]);
});

it.each(["limit=0", "limit=201", "limit=x", "after=", "after=%00"])("[IN3] ?%s is 400", async (query) => {
  const { call, calls } = testGateway();
  expect((await call("GET", `/api/v1/inbox?${query}`, token)).status).toBe(400);
  expect(calls).toEqual([]);
});

it("[IN4] a room that did not answer is in the page as it is", async () => {
  const page = {
    rooms: [{ room: "lobby", muted: true, unavailable: true }],
    more: true,
    unread: 0,
    mentions: 0,
  };
  const answer = await testGateway({ inbox: () => ok(page) }).call("GET", "/api/v1/inbox", token);
  expect(await answer.json()).toEqual(page);
});

it("[IN7] PUT mutes and DELETE takes it back", async () => {
  const { call, calls } = testGateway();
  for (const method of ["PUT", "DELETE"]) await call(method, "/api/v1/inbox/rooms/direct%3A1%3A2/mute", token);
  expect(calls.map(({ args }) => args)).toEqual([
    [ann, "direct:1:2", true],
    [ann, "direct:1:2", false],
  ]);
});

it("[IN10] preferences change one by one; times are ISO 8601, null ends do not disturb", async () => {
  const { call, calls } = testGateway();
  const until = "2026-11-24T08:00:00.000Z";
  await call("PATCH", PREFERENCES, token, { doNotDisturbUntil: until });
  await call("PATCH", PREFERENCES, token, { doNotDisturbUntil: null, sharesMarks: false });
  expect(calls.map(({ args }) => args[1])).toEqual([
    { doNotDisturbUntilMs: Date.parse(until) },
    { doNotDisturbUntilMs: null, sharesMarks: false },
  ]);
  const { call: ask } = testGateway({ preferences: () => ok({ sharesMarks: false, doNotDisturbUntilMs: 1 }) });
  const said = await (await ask("GET", PREFERENCES, token)).json();
  expect(said).toEqual({ sharesMarks: false, doNotDisturbUntil: "1970-01-01T00:00:00.001Z" });
});

it.each([
  {},
  { sharesMarks: "no" },
  { doNotDisturbUntil: 5 },
  { doNotDisturbUntil: "tomorrow" },
  { sharesMarks: true, theme: "dark" },
])("[IN10] the preferences %j are 400", async (body) => {
  const { call, calls } = testGateway();
  expect((await call("PATCH", PREFERENCES, token, body)).status).toBe(400);
  expect(calls).toEqual([]);
});

it.each([
  ["Authorization", { authorization: `Bearer ${token}` }, null],
  ["a subprotocol", { "sec-websocket-protocol": `edgechat.v1, token.${token}` }, "edgechat.v1"],
])("[IN5] a token in %s opens the inbox's socket, and the token stays here", async (_, headers, protocol) => {
  const { 0: client } = new WebSocketPair();
  const { request, calls } = testGateway({ fetch: () => new Response(null, { status: 101, webSocket: client }) });
  const forged = { [IDENTITY_HEADER]: encodeIdentity({ ...ann, userId: 7 }) };
  const response = await request(SOCKET, { headers: { upgrade: "websocket", ...forged, ...headers } });
  expect([response.status, response.webSocket]).toEqual([101, client]);
  const forwarded = calls[0]?.args[0] as Request;
  expect(new URL(forwarded.url).pathname).toBe(SOCKET);
  expect(forwarded.headers.get(IDENTITY_HEADER)).toBe(encodeIdentity(ann));
  expect(forwarded.headers.get("sec-websocket-protocol")).toBe(protocol);
  expect(JSON.stringify([forwarded.url, ...forwarded.headers])).not.toContain(token);
});

it("[IN5] the inbox's socket takes no operator, no stranger, and nothing but an upgrade", async () => {
  const { request, call, calls } = testGateway();
  const upgrade = { upgrade: "websocket" };
  const statuses = [
    await request(SOCKET, { headers: upgrade }),
    await request(SOCKET, { headers: { ...upgrade, authorization: `Bearer ${tokenOf(operator)}` } }),
    await request(`${SOCKET}?token=${token}`, { headers: { ...upgrade, [IDENTITY_HEADER]: encodeIdentity(ann) } }),
    await call("GET", SOCKET, token),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 401, 426]);
  expect(calls).toEqual([]);
});
