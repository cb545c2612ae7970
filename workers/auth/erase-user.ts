import type { Identity } from "../../contracts/identity.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { AccountData, Ended } from "../../contracts/services.ts";
import type { AuthContext } from "./auth-env.ts";

export async function eraseUser(
  _context: AuthContext,
  _identity: Identity,
  _userName: string,
  _password: string | null,
): Promise<Reply<Ended>> {
  return fail("unsupported");
}
export async function accountData(_context: AuthContext, _identity: Identity): Promise<Reply<AccountData>> {
  return fail("unsupported");
}
