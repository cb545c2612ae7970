import { createMiddleware } from "hono/factory";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail } from "../../../contracts/reply.ts";
import type { AppEnv } from "../context.ts";
import { Refused, unwrap } from "../refused.ts";
import { readText } from "../request-body.ts";
import { identifyAs, readBearer } from "../sign-in.ts";

/** Lets a user's token through. An operator's is good for the administrator's routes alone. [API2] */
export const signedIn = authenticated(["user"]);
/** Lets a user's or an operator's token through; whether the user is an administrator is the service's to say. */
export const signedInOrOperator = authenticated(["user", "operator"]);

function authenticated(kinds: readonly Identity["kind"][]) {
  return createMiddleware<AppEnv>(async (c, next) => {
    identifyAs(c, readBearer(c), kinds);
    await next();
  });
}

/** Refuses a body that is not JSON by its content type, and stops reading one that is too large. [API3] */
export function jsonBody(bytesMax: number = limits.REQUEST_BYTES_MAX) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const mediaType = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (mediaType !== "application/json") throw new Refused(fail("unsupportedMediaType"));
    const text = unwrap(await readText(c.req.raw, bytesMax));
    c.req.raw = new Request(c.req.raw, { body: text });
    await next();
  });
}

/** The same for a body that may be missing. An empty one is missing, whatever content type a client always sends. */
export const optionalJsonBody = createMiddleware<AppEnv>(async (c, next) => {
  const text = unwrap(await readText(c.req.raw, limits.REQUEST_BYTES_MAX));
  if (text !== "") {
    c.req.raw = new Request(c.req.raw, { body: text });
    return jsonBody()(c, next);
  }
  const headers = new Headers(c.req.raw.headers);
  headers.delete("content-type");
  const { url, method } = c.req.raw;
  c.req.raw = new Request(url, { method, headers });
  return next();
});

/** Refuses a path whose percent-encoding decodes to nothing, before a parameter is read from it. */
export const decodablePath = createMiddleware<AppEnv>(async (c, next) => {
  try {
    decodeURIComponent(new URL(c.req.url).pathname);
  } catch {
    throw new Refused(fail("badRequest", "the path's percent-encoding is malformed"));
  }
  c.header("cache-control", "no-store");
  await next();
});
