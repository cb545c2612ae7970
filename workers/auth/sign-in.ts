import { parseUserName, type UserName } from "../../contracts/names.ts";
import type { Account } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Credentials, SignedIn } from "../../contracts/services.ts";
import { attempt } from "./attempts.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { createSession, toSignedIn } from "./new-session.ts";
import { parsePassword, verifyPassword } from "./password.ts";
import { allocateUserIds, findUserIds } from "./user-ids.ts";

// Ids begin at 1. Asked for unknown names, so that they cost the same calls; it never has an account.
const NOBODY_ID = 0;

/** Creates an account and signs in. The name goes to whoever gets to the user object first. [AC4] */
export async function register(context: AuthContext, credentials: Credentials): Promise<Reply<SignedIn>> {
  const offer = parseCredentials(credentials);
  if (!offer.ok) return offer;
  const { userName, password } = offer.value;
  return attempt(context.env, { address: credentials.address, nameKey: userName.key }, async () => {
    // Before it is known whether the name is free: taken and free names cost the same. [AC6]
    const phc = await context.hasher.hash(password);
    if (!phc.ok) return phc;
    const created = await createAccount(context, userName, { scheme: "argon2id", phc: phc.value });
    return created.ok ? openSession(context, created.value, credentials.label) : created;
  });
}

/** Signs in. A wrong name and a wrong password are one failure, at one cost. [AC6] */
export async function login(context: AuthContext, credentials: Credentials): Promise<Reply<SignedIn>> {
  const offer = parseCredentials(credentials);
  if (!offer.ok) return offer;
  const { userName, password } = offer.value;
  return attempt(context.env, { address: credentials.address, nameKey: userName.key }, async () => {
    const account = await findAccount(context, userName);
    const matches = await verifyPassword(context.hasher, password, account?.password ?? null);
    if (!matches.ok) return matches;
    return matches.value && account !== null ? openSession(context, account, credentials.label) : fail("credentials");
  });
}

/** Takes the name's id and offers the account to its object. */
export async function createAccount(
  context: AuthContext,
  { name, key }: UserName,
  password: Account["password"],
): Promise<Reply<Account>> {
  const [id] = await allocateUserIds(context.env, [key]);
  if (id === undefined) return fail("unavailable");
  const created = await userObject(context, id).create({ id, name, password });
  return created.ok ? ok({ id, name, password, admin: false }) : created;
}

async function findAccount(context: AuthContext, { key }: UserName): Promise<Account | null> {
  const [id] = await findUserIds(context.env, [key]);
  return userObject(context, id ?? NOBODY_ID).account();
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
