import { cors } from "@connectrpc/connect";
import { REQUEST_ID_HEADER } from "../../contracts/identity.ts";
import type { Refusal } from "../../contracts/reply.ts";
import { retryAfterSeconds } from "../../contracts/retry-after.ts";
import { encodeTraceparent, type Trace } from "../../contracts/trace.ts";

/**
 * On every answer. Tokens are never in cookies, so any origin may call: there is no ambient authority to abuse.
 * gochat's own list of headers is Origin, X-Requested-With, Content-Type, Accept. [GC2]
 */
export const commonHeaders = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": [
    "Location",
    "Retry-After",
    "X-Request-Id",
    "traceresponse",
    ...cors.exposedHeaders,
  ].join(", "),
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** On the answer to OPTIONS, beside the common ones. */
export const preflightHeaders = {
  "access-control-allow-headers": [
    "Origin, X-Requested-With, Accept, Authorization, Idempotency-Key, X-Request-Id, traceparent, tracestate",
    ...cors.allowedHeaders,
  ].join(", "),
  "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
  "access-control-max-age": "86400",
} as const;

/**
 * Where an answer says which request and trace it was. `traceresponse` is W3C's draft for answers, written like
 * `traceparent`, which is for requests alone. [OP3] [TR1]
 */
export function traceResponseHeaders(trace: Trace): Readonly<Record<string, string>> {
  return { [REQUEST_ID_HEADER]: trace.requestId, traceresponse: encodeTraceparent(trace) };
}

/** On pages and their files: nothing inline, nothing from elsewhere, in nobody's frame. [OP9] */
export const pageHeaders = {
  "content-security-policy": [
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Retry-After in whole seconds, rounded up: what the refusal says, and a second for every other 429 and 503. [API1] */
export function toRetryHeaders(refusal: Refusal): Record<string, string> {
  const seconds = retryAfterSeconds(refusal);
  return seconds === null ? {} : { "retry-after": String(seconds) };
}
