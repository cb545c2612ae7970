import type { Next } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { REQUEST_ID_HEADER } from "../../contracts/identity.ts";
import { log } from "../../contracts/log.ts";
import { count, observe as observeMetric } from "../../contracts/metrics.ts";
import { beginTrace, parseRequestId } from "../../contracts/trace.ts";
import { inTrace } from "../../contracts/trace-context.ts";
import { TRACEPARENT_HEADER } from "../../contracts/trace-hops.ts";
import type { AppEnv, GatewayContext } from "./context.ts";
import { commonHeaders, preflightHeaders, traceResponseHeaders } from "./response-headers.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Outermost: gives the request its id, its trace and every answer its common headers, answers OPTIONS, then writes one
 * log line and one measurement. Neither holds a token, a query string or a body. [OP3] [OP4] [TR1]
 */
export const observe = createMiddleware<AppEnv>(async (c, next) => {
  const started = performance.now();
  const requestId = parseRequestId(c.req.header(REQUEST_ID_HEADER) ?? "") ?? crypto.randomUUID();
  const trace = beginTrace(requestId, c.req.header(TRACEPARENT_HEADER) ?? "");
  c.set("trace", trace);
  c.set("requestId", requestId);
  await inTrace(trace, () => answer(c, next, started));
});

async function answer(c: GatewayContext, next: Next, started: number): Promise<void> {
  setHeaders(c, { ...commonHeaders, ...traceResponseHeaders(c.var.trace) });
  if (c.req.method === "OPTIONS") {
    setHeaders(c, preflightHeaders);
    c.res = c.body(null, 200);
  } else {
    await next();
  }
  record(c, performance.now() - started);
}

function record(c: GatewayContext, ms: number): void {
  // Methods and paths are free text from outside: labels take only what is in a table.
  const method = METHODS.has(c.req.method) ? c.req.method : "other";
  const route = routePath(c, -1);
  const { status } = c.res;
  const { userId, failure } = c.var;
  const { parentSpanId } = c.var.trace;
  observeMetric("edgechat_http_request_seconds", ms / 1000, { route, method, status: String(status) });
  if (failure !== undefined) count("edgechat_refusals_total", { failure });
  log("info", "request", { method, route, status, ms: Math.round(ms * 10) / 10, userId, failure, parentSpanId });
}

function setHeaders(c: GatewayContext, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
}
