import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Identity } from "./identity.ts";
import { fail, ok, type Reply } from "./reply.ts";

/** One signing key. The id travels in the token, so that a key can be replaced while old tokens live. */
export type TokenKey = { readonly id: number; readonly secret: Uint8Array };

// Layout, 55 bytes: key id 1, kind 1, user id 6, session id 16, expiry in ms 6, HMAC-SHA256 shortened to 25.
const SIGNED_BYTES = 30;
const MAC_BYTES = 25;
const TOKEN_CHARS = Math.ceil(((SIGNED_BYTES + MAC_BYTES) * 4) / 3);
const KINDS = ["user", "operator", "origin"] as const;
const SESSION_ID = /^[0-9a-f]{32}$/;

/**
 * Reads TOKEN_KEYS: "id:secret" or "id:secret,id:secret", the first of which signs. A secret is base64url of at least
 * 32 bytes. Throws and names the variable when it is missing or wrong: there is no default.
 */
export function readTokenKeys(text: string | undefined): readonly TokenKey[] {
  const keys = (text ?? "").split(",").map((part) => {
    const [id, secret] = part.trim().split(":");
    return { id: Number(id), secret: new Uint8Array(Buffer.from(secret ?? "", "base64url")) };
  });
  const wrong = keys.length > 2 || keys.some(({ id, secret }) => !(id >= 0 && id <= 255) || secret.length < 32);
  if (wrong || new Set(keys.map(({ id }) => id)).size !== keys.length) {
    throw new Error(
      'TOKEN_KEYS must be one or two of "id:secret", ids 0-255, secrets of 32 bytes or more in base64url',
    );
  }
  return keys;
}

/** Makes a bearer token of 74 characters that are safe in URLs, headers and WebSocket subprotocols. */
export function encodeToken(identity: Identity, keys: readonly TokenKey[]): string {
  const [key] = keys;
  if (key === undefined) throw new Error("no signing key");
  if (!SESSION_ID.test(identity.sessionId)) throw new Error("a session id is 32 hexadecimal digits");
  const bytes = Buffer.alloc(SIGNED_BYTES);
  bytes.writeUInt8(key.id, 0);
  bytes.writeUInt8(KINDS.indexOf(identity.kind), 1);
  bytes.writeUIntBE(identity.userId, 2, 6);
  bytes.write(identity.sessionId, 8, "hex");
  bytes.writeUIntBE(identity.expiresAtMs, 24, 6);
  return Buffer.concat([bytes, sign(bytes, key)]).toString("base64url");
}

/** Reads a token that nobody has checked yet. Garbage, forgeries and expired tokens are refused without any look-up. */
export function parseToken(token: string, keys: readonly TokenKey[], nowMs: number): Reply<Identity> {
  if (token.length !== TOKEN_CHARS) return fail("session");
  const bytes = Buffer.from(token, "base64url");
  // A second spelling of the same bytes is no token: one session has one text.
  if (bytes.length !== SIGNED_BYTES + MAC_BYTES || bytes.toString("base64url") !== token) return fail("session");
  const signed = bytes.subarray(0, SIGNED_BYTES);
  const key = keys.find(({ id }) => id === signed[0]);
  if (key === undefined || !timingSafeEqual(sign(signed, key), bytes.subarray(SIGNED_BYTES))) return fail("session");
  const kind = KINDS[signed.readUInt8(1)];
  const expiresAtMs = signed.readUIntBE(24, 6);
  if (kind === undefined || expiresAtMs <= nowMs) return fail("session");
  return ok({ userId: signed.readUIntBE(2, 6), sessionId: signed.toString("hex", 8, 24), expiresAtMs, kind });
}

function sign(bytes: Uint8Array, key: TokenKey): Uint8Array {
  return createHmac("sha256", key.secret).update(bytes).digest().subarray(0, MAC_BYTES);
}
