import type { Identity } from "../../contracts/identity.ts";
import { parseUserName } from "../../contracts/names.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Ended } from "../../contracts/services.ts";
import { findUser } from "./accounts.ts";
import { asAdministrator } from "./administrator.ts";
import { type AuthContext, userObject } from "./auth-env.ts";

/**
 * Suspends an account everywhere, or lets it sign in again; the account is kept. Administrators and the operator;
 * nobody shuts the own door. [MO19]
 */
export function suspend(
  context: AuthContext,
  identity: Identity,
  userName: string,
  on: boolean,
): Promise<Reply<Ended>> {
  return asAdministrator(context, identity, async () => {
    const name = parseUserName(userName);
    if (!name.ok) return name;
    const id = await findUser(context, name.value.key);
    if (id === null) return fail("notFound", "there is no such user");
    if (on && identity.kind === "user" && identity.userId === id)
      return fail("conflict", "you cannot suspend yourself");
    const ended = await userObject(context, id).suspend(on);
    return ended === null ? fail("notFound", "there is no such user") : ok(ended);
  });
}
