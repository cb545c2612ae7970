import { env as bindings } from "cloudflare:workers";
import type { Identity } from "../../contracts/identity.ts";
import { parseUserName } from "../../contracts/names.ts";
import type { Reply } from "../../contracts/reply.ts";
import type { AuthService, Credentials } from "../../contracts/services.ts";
import { parseToken, readTokenKeys } from "../../contracts/token.ts";
import { type AuthEnv, createAuth } from "./auth.ts";
import type { HashPool } from "./password-hasher-pool.ts";

const TOKEN_KEYS = `1:${"dGVzdC1vbmx5".repeat(4)}`;

/** The service on the real objects, with other bindings where a test brings some. */
export function testAuth(others: Partial<AuthEnv> = {}) {
  const { USER, DIRECTORY, ATTEMPT, ROSTER, SESSION_DAYS } = bindings;
  return createAuth({ USER, DIRECTORY, ATTEMPT, ROSTER, SESSION_DAYS, TOKEN_KEYS, ...others });
}

/** A hash process that counts what it is asked and compares texts: fast, and exact about how often. */
export class CountingPool implements HashPool {
  hashes = 0;
  verifies = 0;
  full = false;

  async fetch(url: string, { body }: RequestInit): Promise<Response> {
    if (this.full) return new Response("full", { status: 503, headers: { "Retry-After": "2" } });
    const { password, phc } = await new Response(body ?? null).json<Record<string, string>>();
    if (url.endsWith("/verify")) {
      this.verifies++;
      return Response.json({ matches: phc === `plain:${password}` });
    }
    this.hashes++;
    return Response.json({ phc: `plain:${password}` });
  }
}

/** A name that nobody used before. */
export function freshName(): string {
  return `user-${crypto.randomUUID()}`;
}

/** Credentials from an address of their own, so that no test spends another's attempts. */
export function credentials(userName: string, password = "correct horse", address = freshName()): Credentials {
  return { userName, password, address, label: "test" };
}

/** The key of a name. */
export function keyOf(userName: string): string {
  return unwrap(parseUserName(userName)).key;
}

/** A user who just registered: credentials, account and session. */
export async function signUp(auth: AuthService) {
  const mine = credentials(freshName());
  const { user, token } = unwrap(await auth.register(mine));
  return { mine, user, identity: identityOf(token) };
}

/** The identity in a token, as the gateway reads it. */
export function identityOf(token: string): Identity {
  return unwrap(parseToken(token, readTokenKeys(TOKEN_KEYS), Date.now()));
}

/** The administrator's command. */
export const OPERATOR: Identity = {
  userId: 0,
  sessionId: "0".repeat(32),
  expiresAtMs: Number.MAX_SAFE_INTEGER,
  kind: "operator",
};

/** The value of a reply that has to be one. */
export function unwrap<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(`refused: ${reply.failure} ${reply.message}`);
  return reply.value;
}
