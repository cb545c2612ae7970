import { Buffer } from "node:buffer";
import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import type { Identity } from "./identity.ts";
import { encodeToken, parseToken, readTokenKeys, type TokenKey } from "./token.ts";

const secret = (byte: number) => new Uint8Array(32).fill(byte);
const OLD: TokenKey = { id: 1, secret: secret(1) };
const NEW: TokenKey = { id: 2, secret: secret(2) };
const NOW = 1_800_000_000_000;
const ANN: Identity = { userId: 7, sessionId: "0123456789abcdef".repeat(2), expiresAtMs: NOW + 1_000, kind: "user" };
const TOKEN = encodeToken(ANN, [OLD]);
const REFUSED = { ok: false, failure: "session" };

const identities = fc.record({
  userId: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  sessionId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex")),
  expiresAtMs: fc.integer({ min: NOW + 1, max: 2 ** 48 - 1 }),
  kind: fc.constantFrom("user" as const, "operator" as const, "origin" as const),
});

it("[SE8] what was signed is what is read, in 74 characters that are safe everywhere", () => {
  fc.assert(
    fc.property(identities, (identity) => {
      const token = encodeToken(identity, [OLD]);
      expect(token).toMatch(/^[A-Za-z0-9_-]{74}$/);
      expect(parseToken(token, [OLD], NOW)).toEqual({ ok: true, value: identity });
    }),
  );
});

it("[SE8] no flipped bit is accepted", () => {
  const bytes = Buffer.from(TOKEN, "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes);
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(parseToken(forged.toString("base64url"), [OLD], NOW)).toMatchObject(REFUSED);
  }
});

it("[SE8] no changed character is accepted: a session has one text", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= ";
  for (let at = 0; at < TOKEN.length; at++) {
    for (const char of alphabet.replace(TOKEN[at] ?? "", "")) {
      expect(parseToken(TOKEN.slice(0, at) + char + TOKEN.slice(at + 1), [OLD], NOW)).toMatchObject(REFUSED);
    }
  }
});

it("[SE8] truncated, lengthened and padded tokens are refused", () => {
  for (let length = 0; length < TOKEN.length; length++) {
    expect(parseToken(TOKEN.slice(0, length), [OLD], NOW)).toMatchObject(REFUSED);
  }
  for (const longer of [`${TOKEN}A`, `${TOKEN}=`, `${TOKEN}==`, ` ${TOKEN}`, TOKEN + TOKEN]) {
    expect(parseToken(longer, [OLD], NOW)).toMatchObject(REFUSED);
  }
});

it("[SE8] garbage is refused and never throws", () => {
  const garbage = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.uint8Array({ minLength: 55, maxLength: 55 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
  );
  fc.assert(
    fc.property(garbage, (text) => {
      expect(parseToken(text, [OLD], NOW)).toMatchObject(REFUSED);
    }),
  );
});

it("[SE8] an expired token is refused from its last millisecond on", () => {
  expect(parseToken(TOKEN, [OLD], ANN.expiresAtMs - 1)).toMatchObject({ ok: true });
  expect(parseToken(TOKEN, [OLD], ANN.expiresAtMs)).toMatchObject(REFUSED);
});

it("[SE9] two keys: the first signs, both are read, and a key that is gone is refused", () => {
  expect(parseToken(TOKEN, [NEW, OLD], NOW)).toMatchObject({ ok: true });
  expect(parseToken(encodeToken(ANN, [NEW, OLD]), [NEW], NOW)).toMatchObject({ ok: true });
  expect(parseToken(TOKEN, [NEW], NOW)).toMatchObject(REFUSED);
});

it("[SE9] a token signed by another secret under a known key id is refused", () => {
  expect(parseToken(encodeToken(ANN, [{ id: 1, secret: secret(9) }]), [OLD], NOW)).toMatchObject(REFUSED);
});

it("[SE9] keys are read from one or two id:secret pairs and refused by name otherwise", () => {
  const text = (byte: number) => Buffer.from(secret(byte)).toString("base64url");
  expect(readTokenKeys(`2:${text(2)},1:${text(1)}`)).toEqual([NEW, OLD]);
  const bad = [
    undefined,
    "",
    "1",
    `x:${text(1)}`,
    `256:${text(1)}`,
    `-1:${text(1)}`,
    "1:c2hvcnQ",
    `1:${text(1)},1:${text(2)}`,
  ];
  for (const value of [...bad, `1:${text(1)},2:${text(2)},3:${text(3)}`]) {
    expect(() => readTokenKeys(value)).toThrow("TOKEN_KEYS");
  }
});
