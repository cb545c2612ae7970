import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type FailureName, failures } from "../../../contracts/failures.ts";
import { describeError, log } from "../../../contracts/log.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import type { GatewayContext } from "../context.ts";
import { type FieldError, Refused } from "../refused.ts";
import { toRetryHeaders } from "../response-headers.ts";

/** A refusal as an RFC 9457 problem. `failure` is for programs, `detail` for people, `instance` for our logs. [API1] */
export function toProblem(c: GatewayContext, refusal: Refusal, errors: readonly FieldError[] = []): Response {
  const { failure, message, retryAfterMs } = refusal;
  const { status, message: title } = failures[failure];
  c.set("failure", failure);
  const problem = {
    type: `urn:edgechat:failure:${failure}`,
    title,
    status,
    detail: message,
    instance: c.var.requestId,
    failure,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(errors.length === 0 ? {} : { errors }),
  };
  return c.body(JSON.stringify(problem), status as ContentfulStatusCode, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    // RFC 9110 wants a challenge with every 401.
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    ...toRetryHeaders(refusal),
  });
}

/** Turns what a handler threw into a problem; what nobody expected is logged and told without details. */
export function answerProblem(error: Error, c: GatewayContext): Response {
  if (error instanceof Refused) return toProblem(c, error.refusal, error.errors);
  const failure = error instanceof HTTPException ? failureByStatus[error.status] : undefined;
  if (failure !== undefined) return toProblem(c, fail(failure, error.message));
  log("error", "request failed", { error: describeError(error) });
  return toProblem(c, fail("internal"));
}

// What the validators of @hono/zod-openapi throw by themselves.
const failureByStatus: Readonly<Partial<Record<number, FailureName>>> = {
  400: "badRequest",
  415: "unsupportedMediaType",
};
