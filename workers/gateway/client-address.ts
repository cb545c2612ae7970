import { parseAddress, type TrustedProxies, throughProxies, toLimitKey } from "../../contracts/addresses.ts";
import { CLIENT_ADDRESS_HEADER, ORIGIN_TOKEN_HEADER } from "../../contracts/identity.ts";
import { parseToken, type TokenKey } from "../../contracts/token.ts";

/** What the runtime says of the connection: bare workerd gives the peer, Cloudflare gives neither field. */
type Connection = { readonly clientIp?: unknown; readonly clientUid?: unknown };
type Trust = { readonly trustedProxies: TrustedProxies; readonly tokenKeys: readonly TokenKey[] };

/**
 * The address that limits on attempts count: an IPv4 address, or an IPv6 /64. It is the connection's own; a header
 * counts only when the platform, a trusted proxy or the origin under its own credential wrote it. [OP7] [UP11]
 */
export function readClientAddress(request: Request, { trustedProxies, tokenKeys }: Trust): string {
  if (isOrigin(request.headers, tokenKeys)) {
    return toLimitKey(parseAddress(request.headers.get(CLIENT_ADDRESS_HEADER) ?? ""));
  }
  const connection = request.cf as Connection | undefined;
  if (connection?.clientIp === undefined && connection?.clientUid === undefined) {
    // Cloudflare sets this header itself and drops what a client sent. [OP8]
    return toLimitKey(parseAddress(request.headers.get("cf-connecting-ip") ?? ""));
  }
  const peer = parseAddress(typeof connection.clientIp === "string" ? connection.clientIp : "");
  return toLimitKey(
    peer === null ? null : throughProxies(peer, request.headers.get("x-forwarded-for"), trustedProxies),
  );
}

/** Whether a request comes from the origin, which speaks for clients of its own. */
function isOrigin(headers: Headers, keys: readonly TokenKey[]): boolean {
  if (!headers.has(CLIENT_ADDRESS_HEADER)) return false;
  const identity = parseToken(headers.get(ORIGIN_TOKEN_HEADER) ?? "", keys, Date.now());
  return identity.ok && identity.value.kind === "origin";
}
