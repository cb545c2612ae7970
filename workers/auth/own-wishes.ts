import type { Identity } from "../../contracts/identity.ts";
import type { Reply } from "../../contracts/reply.ts";
import type { Preferences } from "../../contracts/services.ts";
import { askUser } from "../shared/ask-user.ts";
import type { AuthContext } from "./auth-env.ts";

/** What the caller wants of everybody's rooms. [IN10] */
export function preferences({ env }: AuthContext, identity: Identity): Promise<Reply<Preferences>> {
  return askUser(env.USER, identity, (user) => user.preferences(identity.sessionId));
}

/** Changes what the caller says, and keeps the rest. [IN10] */
export function setPreferences(
  { env }: AuthContext,
  identity: Identity,
  patch: Partial<Preferences>,
): Promise<Reply<Preferences>> {
  return askUser(env.USER, identity, (user) => user.setPreferences(identity.sessionId, patch));
}
