import type { FailureName } from "../../contracts/failures.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { AttemptStub, Namespace } from "../../contracts/objects.ts";
import type { Reply } from "../../contracts/reply.ts";
import { withSlot } from "./sign-in-slots.ts";
import { inTurn } from "./turns.ts";

type Attempts = { readonly ATTEMPT: Namespace<AttemptStub> };
/** Whose attempt it is: where from, and at which name. */
export type Attempt = { readonly address: string; readonly nameKey: string };

// Only an answer about the password is worth something to somebody who guesses: that a name is taken is told to all.
const COUNTED: readonly FailureName[] = ["credentials"];

/** Does the work if there is a slot and the address may still try. */
export function attempt<T>(env: Attempts, who: Attempt, work: () => Promise<Reply<T>>): Promise<Reply<T>> {
  return withSlot(() => inTurn(JSON.stringify([who.address, who.nameKey]), () => countedAttempt(env, who, work)));
}

/** Counted before, given back unless it told something. [AT1] [AT3] */
async function countedAttempt<T>(
  env: Attempts,
  { address, nameKey }: Attempt,
  work: () => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const counter = env.ATTEMPT.getByName(address === "" ? "unknown" : address);
  const allowed = await counter.take(nameKey);
  if (!allowed.ok) return allowed;
  let counted = false;
  try {
    const reply = await work();
    counted = !reply.ok && COUNTED.includes(reply.failure);
    return reply;
  } finally {
    if (!counted) await refund(counter, nameKey);
  }
}

// An attempt that is not given back comes back with time: no reason to fail a login.
async function refund(counter: AttemptStub, nameKey: string): Promise<void> {
  try {
    await counter.refund(nameKey);
  } catch (error) {
    log("warn", "attempt not refunded", { error: describeError(error) });
  }
}
