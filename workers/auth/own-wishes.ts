import type { Person } from "../../contracts/event.ts";
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
export async function blocks(_context: AuthContext, _identity: Identity): Promise<Reply<readonly Person[]>> {
  return fail("unsupported");
}
export async function block(
  _context: AuthContext,
  _identity: Identity,
  _userId: number,
  _on: boolean,
): Promise<Reply<null>> {
  return fail("unsupported");
}
