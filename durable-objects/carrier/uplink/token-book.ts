import type { Identity } from "../../../contracts/identity.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import { parseToken, type TokenKey } from "../../../contracts/token.ts";

const TOKENS_IN_MEMORY_MAX = 20_000;

/**
 * Who the tokens on an uplink speak for. Every seat and send brings one, and each is verified here; what an origin says
 * about its users counts for nothing. [P5] [UP3]
 */
export class TokenBook {
  readonly #keys: readonly TokenKey[];
  readonly #isDead: (sessionId: string) => boolean;
  readonly #known = new Map<string, Identity>();

  constructor(keys: readonly TokenKey[], isDead: (sessionId: string) => boolean) {
    this.#keys = keys;
    this.#isDead = isDead;
  }

  /** A live user's identity, or the session failure. A token that was verified is not verified again while it lives. */
  identify(token: string, nowMs: number): Reply<Identity> {
    const known = this.#known.get(token);
    const identity = known === undefined || known.expiresAtMs <= nowMs ? this.#verify(token, nowMs) : ok(known);
    return identity.ok && this.#isDead(identity.value.sessionId) ? fail("session") : identity;
  }

  #verify(token: string, nowMs: number): Reply<Identity> {
    this.#known.delete(token);
    const identity = parseToken(token, this.#keys, nowMs);
    if (!identity.ok || identity.value.kind !== "user") return fail("session");
    if (this.#known.size >= TOKENS_IN_MEMORY_MAX) this.#known.clear();
    this.#known.set(token, identity.value);
    return identity;
  }
}
