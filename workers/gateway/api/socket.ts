import { createRoute, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { encodeIdentity, IDENTITY_HEADER } from "../../../contracts/identity.ts";
import { SUBPROTOCOL } from "../../../contracts/native.ts";
import { fail } from "../../../contracts/reply.ts";
import type { AppEnv } from "../context.ts";
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

/** The upgrade to a room's socket. The token is verified here, so that a stranger wakes no room. [API8] */
export function addSocket(api: Api): void {
  api.openapi(socket, async (c) => {
    const { room } = c.req.valid("param");
    const own: Record<string, string> = { [IDENTITY_HEADER]: encodeIdentity(c.var.identity) };
    if (offeredProtocols(c.req.raw).includes(SUBPROTOCOL)) own["sec-websocket-protocol"] = SUBPROTOCOL;
    return forwardUpgrade(c, socketUrl(c, room), own);
  });
}

function offeredProtocols(request: Request): readonly string[] {
  return (request.headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
}
