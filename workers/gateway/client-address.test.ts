import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { readTrustedProxies } from "../../contracts/addresses.ts";
import type { Identity } from "../../contracts/identity.ts";
import { encodeToken, readTokenKeys } from "../../contracts/token.ts";
import { readClientAddress } from "./client-address.ts";

function from(cf: Record<string, unknown> | undefined, headers: Record<string, string> = {}): Request {
  const request = new Request("http://chat.test/", { headers });
  // The platform fills `cf` in; a constructed request cannot name clientIp in its type.
  Object.defineProperty(request, "cf", { value: cf });
  return request;
}
const tokenKeys = readTokenKeys(`1:${"s".repeat(43)}`);
const address = (request: Request, trusted = "") =>
  readClientAddress(request, { trustedProxies: readTrustedProxies(trusted), tokenKeys });

describe("on the bare runtime", () => {
  it.each([
    ["127.0.0.1:52346", "127.0.0.1"],
    ["203.0.113.7:1", "203.0.113.7"],
    ["[::1]:1234", "0:0:0:0::/64"],
    ["[2001:db8:1:2:3:4:5:6]:80", "2001:db8:1:2::/64"],
    ["[::ffff:203.0.113.7]:80", "203.0.113.7"],
    ["not an address", "unknown"],
  ])("[OP7] the peer %s is counted as %s", (clientIp, expected) => {
    expect(address(from({ clientIp }))).toBe(expected);
  });

  it("[OP7] forwarding headers of a peer that is not trusted do not count", () => {
    const headers = { "x-forwarded-for": "198.51.100.1", "cf-connecting-ip": "198.51.100.2" };
    expect(address(from({ clientIp: "203.0.113.7:1" }, headers), "10.0.0.0/8")).toBe("203.0.113.7");
  });

  it.each([
    ["198.51.100.1", "198.51.100.1"],
    ["6.6.6.6, 198.51.100.1", "198.51.100.1"],
    ["6.6.6.6, 198.51.100.1, 10.1.1.1", "198.51.100.1"],
    ["10.1.1.1, 10.2.2.2", "10.1.1.1"],
    ["198.51.100.1:4444", "198.51.100.1"],
    ["[2001:db8::9]:4444", "2001:db8:0:0::/64"],
    ["198.51.100.1, garbage", "10.0.0.1"],
    ["", "10.0.0.1"],
  ])("[OP7] a trusted proxy that forwards for %j is followed to %s", (forwardedFor, expected) => {
    const headers = { "x-forwarded-for": forwardedFor, "cf-connecting-ip": "6.6.6.6" };
    expect(address(from({ clientIp: "10.0.0.1:9" }, headers), "10.0.0.0/8, ::1")).toBe(expected);
  });

  it("[OP7] a peer on a Unix socket has no address, and what it forwards does not count", () => {
    expect(address(from({ clientUid: 0 }, { "cf-connecting-ip": "6.6.6.6" }))).toBe("unknown");
  });

  it("[OP7] no header moves an untrusted peer", () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (header, peer) => {
        const request = from({ clientIp: `${peer}:1` });
        try {
          request.headers.set("x-forwarded-for", header);
        } catch {
          // Not every text can be a header; then there is none.
        }
        expect(address(request)).toBe(peer);
      }),
    );
  });
});

describe("on Cloudflare", () => {
  it("[OP8] CF-Connecting-IP is the address, and X-Forwarded-For is not", () => {
    const headers = { "cf-connecting-ip": "198.51.100.2", "x-forwarded-for": "6.6.6.6" };
    expect(address(from({ colo: "AMS" }, headers))).toBe("198.51.100.2");
  });

  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
  it("[OP8] only the first 64 bits of an IPv6 address count", () => {
    fc.assert(
      fc.property(groups, groups, groups, (network, a, b) => {
        const of = (host: number[]) => {
          const ip = [0x2001, ...network.slice(1), ...host].map((group) => group.toString(16)).join(":");
          return address(from({}, { "cf-connecting-ip": ip }));
        };
        expect(of(a)).toBe(of(b));
        expect(of(a)).toMatch(/^2001:.*::\/64$/);
      }),
    );
  });

  it("[OP8] addresses of one /64 are one, those of two are two", () => {
    const of = (ip: string) => address(from({}, { "cf-connecting-ip": ip }));
    expect(of("2001:db8::1")).toBe(of("2001:db8::ffff:ffff:ffff:ffff"));
    expect(of("2001:db8::1")).not.toBe(of("2001:db8:0:1::1"));
  });
});

describe("through the origin", () => {
  const keyed = (kind: Identity["kind"], expiresAtMs = 4_102_444_800_000) =>
    encodeToken({ userId: 0, sessionId: "0".repeat(32), expiresAtMs, kind }, tokenKeys);
  const through = (token: string, client: string) =>
    address(from({ clientIp: "203.0.113.7:1" }, { "x-edgechat-origin": token, "x-edgechat-client-address": client }));

  it.each([
    ["198.51.100.9", "198.51.100.9"],
    ["198.51.100.9:4711", "198.51.100.9"],
    ["2001:db8:1:2:3::9", "2001:db8:1:2::/64"],
    ["garbage", "unknown"],
  ])("[UP11] the origin's word on its client's address, %s, counts as %s", (client, expected) => {
    expect(through(keyed("origin"), client)).toBe(expected);
  });

  it.each([
    ["nobody's", ""],
    ["a user's", keyed("user")],
    ["the operator's", keyed("operator")],
    ["the origin's, expired", keyed("origin", 1)],
    ["a forged one", `${keyed("origin").slice(0, -2)}AA`],
  ])("[UP11] under %s token it does not count", (_, token) => {
    expect(through(token, "198.51.100.9")).toBe("203.0.113.7");
  });

  it("[UP11] the origin itself, that speaks for nobody, is counted by its own address", () => {
    expect(address(from({ clientIp: "203.0.113.7:1" }, { "x-edgechat-origin": keyed("origin") }))).toBe("203.0.113.7");
  });
});

describe("TRUSTED_PROXIES", () => {
  it.each(["10.0.0.0/33", "10.0.0", "::1/129", "proxy.example", "10.0.0.1/", "10.0.0.1/x"])(
    "[OP7] %j is refused by name",
    (text) => expect(() => readTrustedProxies(text)).toThrow(/TRUSTED_PROXIES/),
  );
  it("[OP7] spaces and empty entries are skipped", () => {
    expect(readTrustedProxies(" 10.0.0.1 , ,fd00::/8")).toHaveLength(2);
  });
});
