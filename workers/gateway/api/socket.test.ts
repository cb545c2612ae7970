import { expect, it } from "vitest";
import { encodeIdentity, IDENTITY_HEADER } from "../../../contracts/identity.ts";
import { fail } from "../../../contracts/reply.ts";
import { ann, operator, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const token = tokenOf(ann);
const path = "/api/v1/rooms/caf%C3%A9/socket";

function accepting() {
  const { 0: client } = new WebSocketPair();
  const gateway = testGateway({ fetch: () => new Response(null, { status: 101, webSocket: client }) });
  const open = (headers: Record<string, string>) =>
    gateway.request(`${path}?x=1`, { headers: { upgrade: "websocket", ...headers } });
  const forwarded = () => gateway.calls[0]?.args[0] as Request;
  return { client, open, forwarded, calls: gateway.calls };
}

it.each([
  ["Authorization", { authorization: `Bearer ${token}` }, null],
  ["a subprotocol", { "sec-websocket-protocol": `edgechat.v1, token.${token}` }, "edgechat.v1"],
])("[API8] a token in %s opens the socket, and the token stays here", async (_, headers, protocol) => {
  const { client, open, forwarded } = accepting();
  const response = await open({ ...headers, cookie: "a=b" });
  expect([response.status, response.webSocket]).toEqual([101, client]);
  expect(new URL(forwarded().url).pathname).toBe(path);
  expect(forwarded().headers.get(IDENTITY_HEADER)).toBe(encodeIdentity(ann));
  expect(forwarded().headers.get("sec-websocket-protocol")).toBe(protocol);
  expect(forwarded().headers.get("upgrade")).toBe("websocket");
  expect(JSON.stringify([forwarded().url, ...forwarded().headers])).not.toContain(token);
});
it("[API9] an identity that the client sends is replaced", async () => {
  const { open, forwarded } = accepting();
  await open({ authorization: `Bearer ${token}`, [IDENTITY_HEADER]: encodeIdentity({ ...ann, userId: 7 }) });
  expect(forwarded().headers.get(IDENTITY_HEADER)).toBe(encodeIdentity(ann));
});
it.each([
  {},
  { "sec-websocket-protocol": "edgechat.v1" },
  { "sec-websocket-protocol": "edgechat.v1, token.garbage" },
  { authorization: `Bearer ${tokenOf(operator)}` },
  { [IDENTITY_HEADER]: encodeIdentity(ann) },
])("[API8] the upgrade %j is 401 and wakes no room", async (headers) => {
  const { open, calls } = accepting();
  expect((await open(headers as Record<string, string>)).status).toBe(401);
  expect(calls).toEqual([]);
});
it("[API8] without an upgrade it is 426", async () => {
  expect((await testGateway().call("GET", path, token)).status).toBe(426);
});
it("[API9] a room's refusal becomes a problem", async () => {
  const refuse = () => Response.json(fail("roomFull", undefined, 2_000), { status: 200 });
  const { request } = testGateway({ fetch: refuse });
  const response = await request(path, { headers: { upgrade: "websocket", authorization: `Bearer ${token}` } });
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(await response.json()).toMatchObject({ failure: "roomFull" });
});
it("[API9] an answer that is no refusal, or none at all, is 503", async () => {
  for (const answer of [() => new Response("<html>"), () => Promise.reject(new Error("gone"))]) {
    const { request } = testGateway({ fetch: answer });
    const response = await request(path, { headers: { upgrade: "websocket", authorization: `Bearer ${token}` } });
    expect(response.status).toBe(503);
  }
});
