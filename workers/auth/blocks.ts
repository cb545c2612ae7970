import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { ok, type Reply } from "../../contracts/reply.ts";
import { type AuthContext, userObject } from "./auth-env.ts";
import { asUser } from "./own-sessions.ts";

// A list may be long, and each name is another object's to tell.
const NAMES_AT_A_TIME = 32;

/** Whom the caller blocked, by the names that they have now: who is gone has none. [MO20] */
export function blocks(context: AuthContext, identity: Identity): Promise<Reply<readonly Person[]>> {
  return asUser(context, identity, async (user) => {
    const ids = await user.blocks(identity.sessionId);
    if (!ids.ok) return ids;
    const people: Person[] = [];
    while (people.length < ids.value.length) {
      const some = ids.value.slice(people.length, people.length + NAMES_AT_A_TIME);
      people.push(...(await Promise.all(some.map((id) => personOf(context, id)))));
    }
    return ok(people);
  });
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

async function personOf(context: AuthContext, id: number): Promise<Person> {
  return (await userObject(context, id).person()) ?? { id, name: "" };
}
