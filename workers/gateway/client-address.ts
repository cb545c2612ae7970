import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];
export type TrustedProxies = readonly Range[];

/** What the runtime says of the connection: bare workerd gives the peer, Cloudflare gives neither field. */
type Connection = { readonly clientIp?: unknown; readonly clientUid?: unknown };

const UNKNOWN = "unknown";
const IPV6_PREFIX_PARTS = 4;

/** Reads TRUSTED_PROXIES, addresses and CIDR ranges with commas between. Throws and names the entry that is wrong. */
export function readTrustedProxies(text: string | undefined): TrustedProxies {
  const entries = (text ?? "").split(",").map((part) => part.trim());
  return entries.filter((part) => part !== "").map(readRange);
}

/**
 * The address that limits on attempts count: an IPv4 address, or an IPv6 /64. It is the connection's own; a header
 * counts only when the platform or a trusted proxy wrote it. [OP7]
 */
export function readClientAddress(request: Request, trusted: TrustedProxies): string {
  const connection = request.cf as Connection | undefined;
  if (connection?.clientIp === undefined && connection?.clientUid === undefined) {
    // Cloudflare sets this header itself and drops what a client sent. [OP8]
    return toLimitKey(parseAddress(request.headers.get("cf-connecting-ip") ?? ""));
  }
  const peer = parseAddress(typeof connection.clientIp === "string" ? connection.clientIp : "");
  return toLimitKey(peer === null ? null : throughProxies(peer, request.headers.get("x-forwarded-for"), trusted));
}

/** Walks X-Forwarded-For from the right, past trusted proxies, and stops at what no trusted proxy vouches for. */
function throughProxies(peer: Address, forwardedFor: string | null, trusted: TrustedProxies): Address {
  let address = peer;
  const hops = (forwardedFor ?? "").split(",");
  while (hops.length > 0 && isTrusted(address, trusted)) {
    const next = parseAddress(hops.pop() ?? "");
    if (next === null) break;
    address = next;
  }
  return address;
}

function isTrusted(address: Address, trusted: TrustedProxies): boolean {
  return trusted.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
}

/** Reads `1.2.3.4`, `1.2.3.4:80`, `::1` or `[::1]:80`; IPv4 inside IPv6 becomes IPv4. Null when it is neither. */
function parseAddress(text: string): Address | null {
  const trimmed = text.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed;
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare);
  return isAddress ? ipaddr.process(bare) : null;
}

function readRange(text: string): Range {
  const [base = "", bits] = text.split("/");
  const address = parseAddress(base);
  const all = address?.kind() === "ipv4" ? 32 : 128;
  const length = bits === undefined ? all : Number(bits);
  if (address === null || !(bits === undefined || /^\d{1,3}$/.test(bits)) || length > all) {
    throw new Error(`TRUSTED_PROXIES has an entry that is no address and no CIDR range: ${JSON.stringify(text)}`);
  }
  return [address, length];
}

// One household or server gets a whole /64, so its addresses count as one.
function toLimitKey(address: Address | null): string {
  if (address === null) return UNKNOWN;
  if (address instanceof ipaddr.IPv4) return address.toString();
  const prefix = address.parts.slice(0, IPV6_PREFIX_PARTS).map((part) => part.toString(16));
  return `${prefix.join(":")}::/64`;
}
