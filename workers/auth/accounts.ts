import type { UserName } from "../../contracts/names.ts";
import type { Account, StoredPassword, UserStub } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { allocateUserIds, dropUserId, findUserIds, freeUserName } from "./user-ids.ts";

// Ids begin at 1. Asked for unknown names, so that they cost the same calls; it never has an account.
const NOBODY_ID = 0;
// A second one after somebody who was removed; a third in case that one is removed meanwhile.
const CREATE_TRIES = 3;

/**
 * Takes the name's id and offers the account to its object. A name that still leads to somebody who was removed, because
 * this isolate or, after a crash, the directory did not learn it, is freed and gets a new id. [AC18]
 */
export async function createAccount(
  context: AuthContext,
  { name, key }: UserName,
  password: StoredPassword,
): Promise<Reply<Account>> {
  for (let tries = 0; tries < CREATE_TRIES; tries++) {
    const [id] = await allocateUserIds(context.env, [key]);
    if (id === undefined) break;
    const created = await userObject(context, id).create({ id, name, password });
    if (created.ok) return ok({ id, name, password, admin: false });
    if (created.failure !== "conflict") return created;
    await freeUserName(context.env, key, id);
  }
  return fail("unavailable");
}

/**
 * Asks the user object behind a name, and nobody's object for a name without an id. When nothing is there, the id may be
 * one that this isolate remembers of somebody who was removed: the directory is asked again. [AC6] [AC19]
 */
export async function askBehind<T>(
  context: AuthContext,
  key: string,
  ask: (user: UserStub, id: number) => Promise<T | null>,
): Promise<T | null> {
  const id = await findId(context, key);
  const answer = await ask(userObject(context, id ?? NOBODY_ID), id ?? NOBODY_ID);
  if (answer !== null || id === null) return answer;
  dropUserId(key, id);
  const now = await findId(context, key);
  return now === null || now === id ? null : ask(userObject(context, now), now);
}

/** The account of a name, null when it has none. */
export function findAccount(context: AuthContext, key: string): Promise<Account | null> {
  return askBehind(context, key, (user) => user.account());
}

/** The id of a name with an account, null when it has none. */
export function findUser(context: AuthContext, key: string): Promise<number | null> {
  return askBehind(context, key, async (user, id) => ((await user.exists()) ? id : null));
}

async function findId({ env }: AuthContext, key: string): Promise<number | null> {
  const [id] = await findUserIds(env, [key]);
  return id ?? null;
}
