import { expect, it } from "vitest";
import {
  CLIENT_ADDRESS_HEADER,
  encodeIdentity,
  IDENTITY_HEADER,
  ORIGIN_TOKEN_HEADER,
} from "../../../contracts/identity.ts";
import { ann, operator, origin, tokenOf } from "../fake-services.ts";
import { testGateway } from "../test-gateway.ts";

const path = "/api/v1/uplink?replica=tcp-1";
const token = tokenOf(origin);

function accepting() {
  const { 0: client } = new WebSocketPair();
  const gateway = testGateway({ fetch: () => new Response(null, { status: 101, webSocket: client }) });
  const open = (headers: Record<string, string>, at = path) =>
    gateway.request(at, { headers: { upgrade: "websocket", ...headers } });
  return { client, open, forwarded: () => gateway.calls[0]?.args[0] as Request, calls: gateway.calls };
}

it("[UP1] the origin's token opens an uplink, which is told whose it is and not the token", async () => {
  const { client, open, forwarded } = accepting();
  const forged = {
    [IDENTITY_HEADER]: encodeIdentity(ann),
    [ORIGIN_TOKEN_HEADER]: token,
    [CLIENT_ADDRESS_HEADER]: "::1",
  };
  const response = await open({ ...forged, authorization: `Bearer ${token}` }, `${path}&other=1`);
  expect([response.status, response.webSocket]).toEqual([101, client]);
  expect(new URL(forwarded().url)).toMatchObject({ pathname: "/api/v1/uplink", search: "?replica=tcp-1" });
  expect(forwarded().headers.get(IDENTITY_HEADER)).toBe(encodeIdentity(origin));
  const handed = JSON.stringify([forwarded().url, ...forwarded().headers]);
  for (const secret of [token, ORIGIN_TOKEN_HEADER, CLIENT_ADDRESS_HEADER]) expect(handed).not.toContain(secret);
});

it.each<readonly [string, Record<string, string>]>([
  ["no token", {}],
  ["a user's token", { authorization: `Bearer ${tokenOf(ann)}` }],
  ["the operator's token", { authorization: `Bearer ${tokenOf(operator)}` }],
  ["an expired token", { authorization: `Bearer ${tokenOf({ ...origin, expiresAtMs: 1 })}` }],
  ["a subprotocol", { "sec-websocket-protocol": `edgechat.v1, token.${token}` }],
  ["the header that is for addresses", { [ORIGIN_TOKEN_HEADER]: token }],
  ["an identity of the client's own", { [IDENTITY_HEADER]: encodeIdentity(origin) }],
])("[UP1] %s opens no uplink and wakes nobody", async (_, headers) => {
  const { open, calls } = accepting();
  expect([(await open(headers)).status, calls]).toEqual([401, []]);
});

it.each(["", "?replica=", "?replica=a%2Fb", "?replica=a b", `?replica=${"a".repeat(65)}`, "?replica=é"])(
  "[UP1] %j names no replica",
  async (query) => {
    const { open, calls } = accepting();
    const response = await open({ authorization: `Bearer ${token}` }, `/api/v1/uplink${query}`);
    expect([response.status, calls]).toEqual([400, []]);
  },
);

it("[UP1] without an upgrade it is 426", async () => {
  expect((await testGateway().call("GET", path, token)).status).toBe(426);
});
