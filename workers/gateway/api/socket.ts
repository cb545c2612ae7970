import { createRoute, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { encodeIdentity, IDENTITY_HEADER } from "../../../contracts/identity.ts";
import { SUBPROTOCOL } from "../../../contracts/native.ts";
import { fail } from "../../../contracts/reply.ts";
import type { AppEnv, GatewayContext } from "../context.ts";
import { Refused } from "../refused.ts";
import { identify } from "../sign-in.ts";
import { forwardUpgrade, socketUrl, wantsSocket } from "../upgrade.ts";
import type { Api } from "./api-app.ts";
import { problems } from "./responses.ts";
import { roomName } from "./schemas.ts";

const TOKEN_PREFIX = "token.";

// A browser cannot set Authorization on a WebSocket, so the token may come as a second subprotocol.
const signedInSocket = createMiddleware<AppEnv>(async (c, next) => {
  const offered = offeredProtocols(c.req.raw);
  const fromProtocol = offered.find((name) => name.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length);
  const bearer = /^Bearer +([\w-]+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const identity = identify(c, bearer ?? fromProtocol ?? "");
  if (identity.kind !== "user") throw new Refused(fail("session"));
  if (!wantsSocket(c.req.raw)) throw new Refused(fail("upgradeRequired"));
  await next();
});

const socket = createRoute({
  method: "get",
  path: "/api/v1/rooms/{room}/socket",
  tags: ["Rooms"],
  summary: "The room's WebSocket",
  description: `JSON arrays of frames. A browser signs in with the subprotocols ${SUBPROTOCOL} and token.<token>.`,
  security: [{ bearer: [] }],
  middleware: [signedInSocket],
  request: { params: z.object({ room: roomName }) },
  responses: { 101: { description: "Switching protocols." }, ...problems(401, 403, 404, 426) },
});

const inbox = createRoute({
  method: "get",
  path: "/api/v1/inbox/socket",
  tags: ["Inbox"],
  summary: "The WebSocket of your inbox",
  description: `JSON arrays of frames: every room once, then those that change. Signing in is as on a room's socket. It
takes nothing but ping.`,
  security: [{ bearer: [] }],
  middleware: [signedInSocket],
  responses: { 101: { description: "Switching protocols." }, ...problems(401, 426) },
});

/** The upgrades to a room's socket and to that of the caller's inbox. The token is verified here, so that a stranger wakes no room. [API8] */
export function addSocket(api: Api): void {
  api.openapi(socket, (c) => forwardUpgrade(c, socketUrl(c, c.req.valid("param").room), ownHeaders(c)));
  api.openapi(inbox, (c) => forwardUpgrade(c, new URL(inbox.path, c.req.url), ownHeaders(c)));
}

function ownHeaders(c: GatewayContext): Readonly<Record<string, string>> {
  const identity = { [IDENTITY_HEADER]: encodeIdentity(c.var.identity) };
  const speaks = offeredProtocols(c.req.raw).includes(SUBPROTOCOL);
  return speaks ? { ...identity, "sec-websocket-protocol": SUBPROTOCOL } : identity;
}

function offeredProtocols(request: Request): readonly string[] {
  return (request.headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
}
