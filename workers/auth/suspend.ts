import type { Identity } from "../../contracts/identity.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Ended } from "../../contracts/services.ts";
import type { AuthContext } from "./auth-env.ts";

export async function suspend(
  _context: AuthContext,
  _identity: Identity,
  _userName: string,
  _on: boolean,
): Promise<Reply<Ended>> {
  return fail("unsupported");
}
