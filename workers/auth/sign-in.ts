import type { Person } from "../../contracts/event.ts";
import { parseUserName, type UserName } from "../../contracts/names.ts";
import type { Account } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Credentials, SignedIn } from "../../contracts/services.ts";
import { createAccount, findAccount } from "./accounts.ts";
import { attempt } from "./attempts.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { createSession, toSignedIn } from "./new-session.ts";
import { parsePassword, verifyPassword } from "./password.ts";

/** Creates an account and signs in. The name goes to whoever gets to the user object first. [AC4] */
export function register(context: AuthContext, credentials: Credentials): Promise<Reply<SignedIn>> {
  return withNewAccount(context, credentials, (account) => openSession(context, account, credentials.label));
}

/** Creates an account and no session, under the same limits and at the same cost as registering. [AC16] */
export function createUser(context: AuthContext, credentials: Credentials): Promise<Reply<Person>> {
  return withNewAccount(context, credentials, async ({ id, name }) => ok({ id, name }));
}

/** Signs in. A wrong name and a wrong password are one failure, at one cost. [AC6] */
export async function login(context: AuthContext, credentials: Credentials): Promise<Reply<SignedIn>> {
  const offer = parseCredentials(credentials);
  if (!offer.ok) return offer;
  const { userName, password } = offer.value;
  return attempt(context.env, { address: credentials.address, nameKey: userName.key }, async () => {
    const account = await findAccount(context, userName.key);
    const matches = await verifyPassword(context.hasher, password, account?.password ?? null);
    if (!matches.ok) return matches;
    return matches.value && account !== null ? openSession(context, account, credentials.label) : fail("credentials");
  });
}

async function withNewAccount<T>(
  context: AuthContext,
  credentials: Credentials,
  act: (account: Account) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const offer = parseCredentials(credentials);
  if (!offer.ok) return offer;
  const { userName, password } = offer.value;
  return attempt(context.env, { address: credentials.address, nameKey: userName.key }, async () => {
    // Before it is known whether the name is free: taken and free names cost the same. [AC6]
    const phc = await context.hasher.hash(password);
    if (!phc.ok) return phc;
    const created = await createAccount(context, userName, { scheme: "argon2id", phc: phc.value });
    return created.ok ? act(created.value) : created;
  });
}

async function openSession(context: AuthContext, account: Account, label: string): Promise<Reply<SignedIn>> {
  const session = createSession(context, label);
  const opened = await userObject(context, account.id).openSession(session, account.password);
  return opened.ok ? ok(toSignedIn(context, opened.value, session)) : opened;
}

function parseCredentials({
  userName,
  password,
}: Credentials): Reply<{ readonly userName: UserName; readonly password: string }> {
  const name = parseUserName(userName);
  if (!name.ok) return name;
  const secret = parsePassword(password);
  return secret.ok ? ok({ userName: name.value, password: secret.value }) : secret;
}
