import type { Identity } from "../../contracts/identity.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Preferences } from "../../contracts/services.ts";
import type { AuthContext } from "./auth-env.ts";

export async function preferences(_context: AuthContext, _identity: Identity): Promise<Reply<Preferences>> {
  return fail("unsupported");
}
export async function setPreferences(
  _context: AuthContext,
  _identity: Identity,
  _patch: Partial<Preferences>,
): Promise<Reply<Preferences>> {
  return fail("unsupported");
}
