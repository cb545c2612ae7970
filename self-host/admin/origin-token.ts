import { randomBytes } from "node:crypto";
import { encodeToken, readTokenKeys } from "../../contracts/token.ts";

const DAY_MS = 86_400_000;

/** The token that the origin's replicas open their uplinks with. It speaks for no user, and opens nothing else. [UP12] */
export function newOriginToken(tokenKeys: string, days: number, nowMs: number = Date.now()): string {
  const sessionId = randomBytes(16).toString("hex");
  const expiresAtMs = nowMs + days * DAY_MS;
  return encodeToken({ userId: 0, sessionId, expiresAtMs, kind: "origin" }, readTokenKeys(tokenKeys));
}
