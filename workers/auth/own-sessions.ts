import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { parseUserName } from "../../contracts/names.ts";
import type { UserStub } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Credentials, Ended, Session, SignedIn } from "../../contracts/services.ts";
import { attempt } from "./attempts.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { createSession, toSignedIn } from "./new-session.ts";
import { parsePassword, verifyPassword } from "./password.ts";

/** The user of a live session. [SE2] */
export function checkAuth(
  context: AuthContext,
  identity: Identity,
): Promise<Reply<Person & { readonly admin: boolean }>> {
  return asUser(context, identity, (user) => user.check(identity.sessionId));
}

/** The caller's live sessions, the newest first. [SE3] */
export function sessions(context: AuthContext, identity: Identity): Promise<Reply<readonly Session[]>> {
  return asUser(context, identity, (user) => user.sessions(identity.sessionId));
}

/** Ends one session of the caller. An id that is not one of them is not found, whoever else it belongs to. [SE4] */
export function endSession(context: AuthContext, identity: Identity, sessionId: string): Promise<Reply<Ended>> {
  return asUser(context, identity, async (user) => {
    const id = sessionId === "current" ? identity.sessionId : sessionId;
    const ended = await user.end(identity.sessionId, [id]);
    return ended.ok && ended.value.sessions === 0 ? fail("notFound", "you have no such session") : ended;
  });
}

/** Ends every session of the caller, the current one too. [SE4] */
export function endSessions(context: AuthContext, identity: Identity): Promise<Reply<Ended>> {
  return asUser(context, identity, (user) => user.end(identity.sessionId, "all"));
}

/** Replaces the password, ends every session and begins a new one. The current password counts as an attempt. [RV5] */
export function changePassword(
  context: AuthContext,
  identity: Identity,
  current: string,
  { password, address, label }: Credentials,
): Promise<Reply<SignedIn & Ended>> {
  return asUser(context, identity, async (user) => {
    for (const parsed of [parsePassword(current), parsePassword(password)]) if (!parsed.ok) return parsed;
    const live = await user.check(identity.sessionId);
    if (!live.ok) return live;
    const name = parseUserName(live.value.name);
    if (!name.ok) return name;
    return attempt(context.env, { address, nameKey: name.value.key }, async () => {
      const account = await user.account();
      const matches = await verifyPassword(context.hasher, current, account?.password ?? null);
      if (!matches.ok) return matches;
      return matches.value ? replacePassword(context, identity, live.value, password, label) : fail("credentials");
    });
  });
}

async function replacePassword(
  context: AuthContext,
  identity: Identity,
  person: Person,
  password: string,
  label: string,
): Promise<Reply<SignedIn & Ended>> {
  const phc = await context.hasher.hash(password);
  if (!phc.ok) return phc;
  const session = createSession(context, label);
  const user = userObject(context, identity.userId);
  const ended = await user.changePassword(identity.sessionId, { scheme: "argon2id", phc: phc.value }, session);
  return ended.ok ? ok({ ...toSignedIn(context, person, session), ...ended.value }) : ended;
}

/** Acts on the caller's own object. An operator has no account and no session: nothing here is for its token. [SE7] */
export async function asUser<T>(
  context: AuthContext,
  { kind, userId }: Identity,
  act: (user: UserStub) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  return kind === "user" ? act(userObject(context, userId)) : fail("session");
}
