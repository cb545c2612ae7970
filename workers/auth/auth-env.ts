import type { AttemptStub, DirectoryStub, Namespace, RosterStub, UserStub } from "../../contracts/objects.ts";
import { readInteger } from "../../contracts/settings.ts";
import { readTokenKeys, type TokenKey } from "../../contracts/token.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import { createHasher } from "./create-hasher.ts";
import type { PasswordHasher } from "./password-hasher.ts";
import type { HashPool } from "./password-hasher-pool.ts";

/** The bindings and settings of the auth service. HASHER is bound on the self-host only. */
export type AuthEnv = {
  readonly USER: Namespace<UserStub>;
  readonly DIRECTORY: Namespace<DirectoryStub>;
  readonly ATTEMPT: Namespace<AttemptStub>;
  readonly ROSTER: Namespace<Pick<RosterStub, "live">>;
  readonly TOKEN_KEYS: string;
  readonly SESSION_DAYS: string;
  readonly HASHER?: HashPool | undefined;
};

/** What every part of the service works with: the bindings, and the settings read once. */
export type AuthContext = {
  readonly env: AuthEnv;
  readonly hasher: PasswordHasher;
  readonly keys: readonly TokenKey[];
  readonly sessionMs: number;
};

const DAY_MS = 86_400_000;

/** Reads the settings. Throws and names the one that is wrong. */
export function readAuthContext(env: AuthEnv): AuthContext {
  return {
    env: traceObjects(env),
    hasher: createHasher(env),
    keys: readTokenKeys(env.TOKEN_KEYS),
    sessionMs: readInteger("SESSION_DAYS", env.SESSION_DAYS, 1) * DAY_MS,
  };
}

/** The object of a user. */
export function userObject({ env }: AuthContext, id: number): UserStub {
  return env.USER.getByName(String(id));
}
