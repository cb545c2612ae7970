import type { Identity } from "../../contracts/identity.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { Namespace, UserStub } from "../../contracts/objects.ts";
import { fail, type Reply } from "../../contracts/reply.ts";

/** Asks the caller's own object. An operator has none; one that cannot be reached is an answer, not an exception. */
export async function askUser<T>(
  users: Namespace<UserStub>,
  { kind, userId }: Identity,
  ask: (stub: UserStub) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  if (kind !== "user") return fail("session");
  try {
    return await ask(users.getByName(String(userId)));
  } catch (error) {
    log("error", "user object did not answer", { userId, error: describeError(error) });
    return fail("unavailable");
  }
}
