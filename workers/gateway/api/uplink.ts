import { createRoute, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { encodeIdentity, IDENTITY_HEADER } from "../../../contracts/identity.ts";
import { fail } from "../../../contracts/reply.ts";
import { REPLICA_NAME, UPLINK_PATH, UPLINK_REPLICA_PARAM } from "../../../contracts/uplink.ts";
import type { AppEnv } from "../context.ts";
import { Refused } from "../refused.ts";
import { identifyAs, readBearer } from "../sign-in.ts";
import { forwardUpgrade, wantsSocket } from "../upgrade.ts";
import type { Api } from "./api-app.ts";
import { problems } from "./responses.ts";

const originSocket = createMiddleware<AppEnv>(async (c, next) => {
  identifyAs(c, readBearer(c), ["origin"]);
  if (!wantsSocket(c.req.raw)) throw new Refused(fail("upgradeRequired"));
  await next();
});

const uplink = createRoute({
  method: "get",
  path: UPLINK_PATH,
  tags: ["Server"],
  summary: "The WebSocket of a replica of the origin",
  description: `What TCP and native gRPC reach their rooms by. It takes the origin's own token, which is no user's: every
seat and every send on it brings the token of the user whom it is for. A second one of a replica replaces the first.`,
  security: [{ bearer: [] }],
  middleware: [originSocket],
  request: { query: z.object({ [UPLINK_REPLICA_PARAM]: z.string().regex(REPLICA_NAME) }) },
  responses: { 101: { description: "Switching protocols." }, ...problems(400, 401, 426) },
});

/** The upgrade to an uplink. The token is verified here, so that a stranger wakes no carrier. [UP1] */
export function addUplink(api: Api): void {
  api.openapi(uplink, (c) => {
    const url = new URL(UPLINK_PATH, c.req.url);
    url.searchParams.set(UPLINK_REPLICA_PARAM, c.req.valid("query")[UPLINK_REPLICA_PARAM]);
    return forwardUpgrade(c, url, { [IDENTITY_HEADER]: encodeIdentity(c.var.identity) });
  });
}
