import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import { parseUserName } from "../../contracts/names.ts";
import { type EntrustedAccount, KEPT_ALREADY, type StoredPassword } from "../../contracts/objects.ts";
import { mapParallel } from "../../contracts/parallel.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { BulkAccount, BulkResult } from "../../contracts/services.ts";
import { createAccount, findUser } from "./accounts.ts";
import { asAdministrator } from "./administrator.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { parsePassword } from "./password.ts";
import { directory } from "./user-ids.ts";

const CREATE_WIDTH = 64;
const HASH_WIDTH = 4;
const SHA1_HEX = /^[0-9a-f]{40}$/i;

/** Creates accounts that share one password, hashed once for all of them. [AC10] */
export function createUsers(
  context: AuthContext,
  identity: Identity,
  userNames: readonly string[],
  password: string,
): Promise<Reply<BulkResult>> {
  return asAdministrator(context, identity, async () => {
    const secret = parsePassword(password);
    if (!secret.ok) return secret;
    const accounts = userNames.map((userName) => ({ userName }));
    if (tooMany(accounts)) return tooManyAccounts();
    const phc = await context.hasher.hash(secret.value);
    if (!phc.ok) return phc;
    const stored: StoredPassword = { scheme: "argon2id", phc: phc.value };
    return ok(await createAll(context, accounts, HASH_WIDTH, async () => ok(stored)));
  });
}

/** Creates accounts from gochat's SHA-1 hashes, each wrapped in argon2id: no weak hash is stored. [AC8] */
export function importUsers(
  context: AuthContext,
  identity: Identity,
  accounts: readonly BulkAccount[],
): Promise<Reply<BulkResult>> {
  return asAdministrator(context, identity, async () => {
    if (tooMany(accounts)) return tooManyAccounts();
    return ok(await createAll(context, accounts, HASH_WIDTH, ({ sha1 }) => wrapSha1(context, sha1)));
  });
}

/** Makes a user an administrator. Doing it again changes nothing. [AC11] */
export function makeAdmin(context: AuthContext, identity: Identity, userName: string): Promise<Reply<Person>> {
  return asAdministrator(context, identity, async () => {
    const name = parseUserName(userName);
    if (!name.ok) return name;
    const id = await findUser(context, name.value.key);
    return id === null ? fail("notFound") : userObject(context, id).makeAdmin();
  });
}

type ToStored = (account: BulkAccount) => Promise<Reply<StoredPassword>>;

async function createAll(
  context: AuthContext,
  accounts: readonly BulkAccount[],
  width: number,
  toStored: ToStored,
): Promise<BulkResult> {
  const prepared = await mapParallel(accounts, width, (account) => prepare(account, toStored));
  const ready = prepared.flatMap((reply) => (reply.ok ? [reply.value] : []));
  const ids = await directory(context.env).entrust(ready);
  const created = new Map(ready.map((account, i) => [account, ids[i] ?? null]));
  const replies = await mapParallel(prepared, CREATE_WIDTH, (reply) => settle(context, reply, created));
  const refused = replies.flatMap((reply, i) =>
    reply.ok ? [] : [{ userName: accounts[i]?.userName ?? "", message: reply.message }],
  );
  return { created: replies.length - refused.length, refused };
}

async function prepare(account: BulkAccount, toStored: ToStored): Promise<Reply<EntrustedAccount>> {
  const name = parseUserName(account.userName);
  if (!name.ok) return name;
  const password = await toStored(account);
  return password.ok ? ok({ ...name.value, password: password.value }) : password;
}

/** A name that has an id already may still be free: its user object decides, unless the account still waits for it. */
async function settle(
  context: AuthContext,
  prepared: Reply<EntrustedAccount>,
  created: ReadonlyMap<EntrustedAccount, number | null | typeof KEPT_ALREADY>,
): Promise<Reply<unknown>> {
  if (!prepared.ok) return prepared;
  const id = created.get(prepared.value);
  if (id === KEPT_ALREADY) return fail("nameTaken");
  if (id !== null) return prepared;
  try {
    return await createAccount(context, prepared.value, prepared.value.password);
  } catch (error) {
    // The others are not undone by it: the list says which ones to bring again.
    log("error", "account not created", { error: describeError(error) });
    return fail("unavailable");
  }
}

async function wrapSha1({ hasher }: AuthContext, sha1: string | undefined): Promise<Reply<StoredPassword>> {
  if (sha1 === undefined || !SHA1_HEX.test(sha1)) return fail("badRequest", "sha1 is 40 hexadecimal digits");
  const phc = await hasher.hash(sha1.toLowerCase());
  return phc.ok ? ok({ scheme: "argon2id-gochat-sha1", phc: phc.value }) : phc;
}

function tooMany(accounts: readonly BulkAccount[]): boolean {
  return accounts.length > limits.BULK_ACCOUNTS_MAX;
}

function tooManyAccounts(): Reply<never> {
  return fail("tooLarge", `at most ${limits.BULK_ACCOUNTS_MAX} accounts in one request`);
}
