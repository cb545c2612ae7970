import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Credentials } from "../../contracts/services.ts";
import { parseToken } from "../../contracts/token.ts";
import { readClientAddress } from "./client-address.ts";
import type { GatewayContext } from "./context.ts";
import { Refused, unwrap } from "./refused.ts";

const LABEL_CHARS_MAX = 120;
const BEARER = /^Bearer +([\w-]+) *$/i;

/** Who a token speaks for, by its signature alone; that the session still lives is the services' to say. [API2] */
export function identify(c: GatewayContext, token: string): Identity {
  const identity = unwrap(parseToken(token, c.env.config.tokenKeys, Date.now()));
  c.set("userId", identity.userId);
  c.set("identity", identity);
  return identity;
}

/** The token in `Authorization: Bearer`, or the empty text, which is nobody's. */
export function readBearer(c: GatewayContext): string {
  return BEARER.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
}

/** Who a token speaks for, when it is of one of these kinds. An operator's is good for administration alone. [API2] */
export function identifyAs(c: GatewayContext, token: string, kinds: readonly Identity["kind"][]): Identity {
  const identity = identify(c, token);
  if (!kinds.includes(identity.kind)) throw new Refused(fail("session"));
  return identity;
}

/** A name and a password together with where they came from. */
export function toCredentials(c: GatewayContext, userName: string, password: string): Credentials {
  const address = readClientAddress(c.req.raw, c.env.config);
  const label = Array.from(c.req.header("user-agent") ?? "")
    .slice(0, LABEL_CHARS_MAX)
    .join("");
  return { userName, password, address, label };
}

/** A password of charsMin to PASSWORD_CHARS_MAX Unicode code points, unchanged. [API4] */
export function parsePassword(text: string, charsMin: number): Reply<string> {
  if (!text.isWellFormed()) return fail("badRequest", "the password is not well-formed Unicode");
  const chars = Array.from(text).length;
  if (chars >= charsMin && chars <= limits.PASSWORD_CHARS_MAX) return ok(text);
  return fail("badRequest", `a password has ${charsMin} to ${limits.PASSWORD_CHARS_MAX} characters`);
}
