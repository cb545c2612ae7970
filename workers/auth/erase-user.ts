import type { Identity } from "../../contracts/identity.ts";
import { parseUserName } from "../../contracts/names.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { AccountData, Ended } from "../../contracts/services.ts";
import { askBehind } from "./accounts.ts";
import { asAdministrator } from "./administrator.ts";
import { attempt } from "./attempts.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { parsePassword, verifyPassword } from "./password.ts";
import { freeName } from "./remove-user.ts";

/** Erases the caller, for the password, or for an administrator, without one, whoever has a name. [RI10] [RI11] */
export function eraseUser(
  context: AuthContext,
  identity: Identity,
  userName: string,
  password: string | null,
  address = "",
): Promise<Reply<Ended>> {
  return password === null
    ? asAdministrator(context, identity, () => eraseByName(context, userName))
    : eraseSelf(context, identity, password, address);
}

/** Everything that the caller's own object knows, but for the password. [RI8] */
export async function accountData(
  context: AuthContext,
  { kind, userId, sessionId }: Identity,
): Promise<Reply<AccountData>> {
  return kind === "user" ? userObject(context, userId).accountData(sessionId) : fail("session");
}

async function eraseByName(context: AuthContext, userName: string): Promise<Reply<Ended>> {
  const name = parseUserName(userName);
  if (!name.ok) return name;
  const { key } = name.value;
  const ended = await askBehind(context, key, async (user, id) => {
    const erased = await user.erase();
    if (erased !== null) await freeName(context, key, id);
    return erased;
  });
  return ended === null ? fail("notFound", "there is no account of this name") : ok(ended);
}

/** A wrong password is an attempt like any other: a stolen session does not guess it here. [AT5] */
async function eraseSelf(
  context: AuthContext,
  { kind, userId, sessionId }: Identity,
  password: string,
  address: string,
): Promise<Reply<Ended>> {
  if (kind !== "user") return fail("session");
  const secret = parsePassword(password);
  if (!secret.ok) return secret;
  const user = userObject(context, userId);
  const live = await user.check(sessionId);
  if (!live.ok) return live;
  const name = parseUserName(live.value.name);
  if (!name.ok) return name;
  const { key } = name.value;
  return attempt(context.env, { address, nameKey: key }, async () => {
    const account = await user.account();
    const matches = await verifyPassword(context.hasher, secret.value, account?.password ?? null);
    if (!matches.ok) return matches;
    if (!matches.value) return fail("credentials");
    const ended = await user.erase(sessionId);
    if (ended === null) return fail("session");
    await freeName(context, key, userId);
    return ok(ended);
  });
}
