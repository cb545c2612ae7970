import { failures } from "../../../contracts/failures.ts";
import type { Envelope } from "../../../contracts/gochat.ts";
import { describeError, log } from "../../../contracts/log.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import type { GatewayContext } from "../context.ts";
import { Refused } from "../refused.ts";
import { toRetryHeaders } from "../response-headers.ts";

/** A success in gochat's envelope. */
export function toEnvelope(c: GatewayContext, message: string, data: unknown): Response {
  return c.json({ code: 0, message, data } satisfies Envelope, 200, { "cache-control": "no-store" });
}

/** A refusal in gochat's envelope. HTTP 200 for failures too: gochat's clients read `code`. [GC1] */
export function toRefusalEnvelope(c: GatewayContext, refusal: Refusal, status: 200 | 426 | 503 = 200): Response {
  c.set("failure", refusal.failure);
  const envelope: Envelope = { code: failures[refusal.failure].code, message: refusal.message, data: null };
  return c.json(envelope, status, { "cache-control": "no-store", ...toRetryHeaders(refusal) });
}

/** Turns what a handler threw into an envelope; what nobody expected is logged and told without details. */
export function answerEnvelope(error: Error, c: GatewayContext): Response {
  if (error instanceof Refused) return toRefusalEnvelope(c, error.refusal);
  log("error", "request failed", { error: describeError(error) });
  return toRefusalEnvelope(c, fail("internal"));
}

/** gochat's words for an unknown path, and for a method that a path does not answer. [GC3] */
export function noSuchPath(c: GatewayContext): Response {
  return toRefusalEnvelope(c, fail("notFound", "please check request url !"));
}
