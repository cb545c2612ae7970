import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import type { Reply } from "../../contracts/reply.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { asUser } from "./own-sessions.ts";

/** Whom the caller blocked. [MO20] */
export function blocks(context: AuthContext, identity: Identity): Promise<Reply<readonly Person[]>> {
  return asUser(context, identity, (user) => user.blocks(identity.sessionId));
}

/** Blocks a user, or takes it back, also from one that is gone. [MO20] */
export function block(context: AuthContext, identity: Identity, userId: number, on: boolean): Promise<Reply<null>> {
  return asUser(context, identity, async (user) => {
    // Before another object is woken: whose session is dead wakes none.
    const live = await user.check(identity.sessionId);
    if (!live.ok) return live;
    const person = on ? await userObject(context, userId).person() : null;
    return user.block(identity.sessionId, userId, person, on);
  });
}
