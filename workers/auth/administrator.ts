import type { Identity } from "../../contracts/identity.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import { type AuthContext, userObject } from "./auth-env.ts";

/** Who asks, by a live session or by the operator's token, which is no user and may do what administrators may. */
export type Caller = { readonly id: number | null; readonly admin: boolean };

/** Checks that the caller's session lives; the operator's token has none. */
export async function checkCaller(context: AuthContext, { kind, userId, sessionId }: Identity): Promise<Reply<Caller>> {
  if (kind === "operator") return ok({ id: null, admin: true });
  return userObject(context, userId).check(sessionId);
}

/** Acts for an administrator or the operator's token, and refuses everybody else. [AC11] */
export async function asAdministrator<T>(
  context: AuthContext,
  identity: Identity,
  act: () => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const caller = await checkCaller(context, identity);
  if (!caller.ok) return caller;
  return caller.value.admin ? act() : fail("forbidden", "only an administrator may do this");
}
