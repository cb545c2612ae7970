import type { Hono } from "hono";
import { fail } from "../../../contracts/reply.ts";
import type { AppEnv } from "../context.ts";
import { Refused } from "../refused.ts";
import { forwardUpgrade, wantsSocket } from "../upgrade.ts";
import { toRefusalEnvelope } from "./envelope.ts";

/** gochat's /ws. It carries no credentials: the first frame does, and a carrier reads it. */
export function addSocketRoute(app: Hono<AppEnv>): void {
  app.get("/ws", async (c) => {
    if (!wantsSocket(c.req.raw)) return toRefusalEnvelope(c, fail("upgradeRequired"), 426);
    try {
      return await forwardUpgrade(c, c.req.url, {});
    } catch (error) {
      // A handshake that fails is no REST answer: a 200 would hide it from proxies and monitors.
      if (error instanceof Refused) return toRefusalEnvelope(c, error.refusal, 503);
      throw error;
    }
  });
}
