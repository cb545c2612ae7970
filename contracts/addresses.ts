import ipaddr from "ipaddr.js";

/** An address as ipaddr.js reads it; IPv4 inside IPv6 is IPv4. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];
/** Whose word on a client's address counts. */
export type TrustedProxies = readonly Range[];

const UNKNOWN = "unknown";
const IPV6_PREFIX_PARTS = 4;

/** Reads TRUSTED_PROXIES, addresses and CIDR ranges with commas between. Throws and names the entry that is wrong. */
export function readTrustedProxies(text: string | undefined): TrustedProxies {
  const entries = (text ?? "").split(",").map((part) => part.trim());
  return entries.filter((part) => part !== "").map(readRange);
}

/** Walks X-Forwarded-For from the right, past trusted proxies, and answers the first that no trusted proxy vouches for. */
export function throughProxies(peer: Address, forwardedFor: string | null, trusted: TrustedProxies): Address {
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
export function parseAddress(text: string): Address | null {
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

/**
 * What limits count an address as: IPv4 as it is and IPv6 by its /64, which one household or server gets whole. Null, an
 * address that nobody knows, counts as one.
 */
export function toLimitKey(address: Address | null): string {
  if (address === null) return UNKNOWN;
  if (address instanceof ipaddr.IPv4) return address.toString();
  const prefix = address.parts.slice(0, IPV6_PREFIX_PARTS).map((part) => part.toString(16));
  return `${prefix.join(":")}::/64`;
}
