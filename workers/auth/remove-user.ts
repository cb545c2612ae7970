import type { Identity } from "../../contracts/identity.ts";
import { describeError, log } from "../../contracts/log.ts";
import { parseUserName } from "../../contracts/names.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import { findUser } from "./accounts.ts";
import { checkCaller } from "./administrator.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { freeUserName } from "./user-ids.ts";

/** Removes an account: the user itself, an administrator or the operator. False for a name without one. [AC17] */
export async function removeUser(context: AuthContext, identity: Identity, userName: string): Promise<Reply<boolean>> {
  const caller = await checkCaller(context, identity);
  if (!caller.ok) return caller;
  const name = parseUserName(userName);
  if (!name.ok) return name;
  const id = await findUser(context, name.value.key);
  if (id === null) return ok(false);
  if (!caller.value.admin && caller.value.id !== id) return fail("forbidden", "only an administrator may do this");
  const ended = await userObject(context, id).remove();
  if (ended === null) return ok(false);
  await freeName(context, name.value.key, id);
  return ok(true);
}

/**
 * Frees the name of somebody who is gone. One that the directory did not hear of is freed by whoever registers it next:
 * no reason to say that nothing happened. [AC18]
 */
export async function freeName({ env }: AuthContext, key: string, id: number): Promise<void> {
  try {
    await freeUserName(env, key, id);
  } catch (error) {
    log("warn", "name not freed yet", { userId: id, error: describeError(error) });
  }
}
