import type { FailureName } from "../../contracts/failures.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { AttemptStub, Namespace } from "../../contracts/objects.ts";
import type { Reply } from "../../contracts/reply.ts";
import { withSlot } from "./sign-in-slots.ts";

type Attempts = { readonly ATTEMPT: Namespace<AttemptStub> };
/** Whose attempt it is: where from, and at which name. */
export type Attempt = { readonly address: string; readonly nameKey: string };

// Only an answer about the password is worth something to somebody who guesses: that a name is taken is told to all.
const COUNTED: readonly FailureName[] = ["credentials"];

const TURN_MS = 100;
// Attempts of this isolate that were allowed and have no answer yet, by address and name.
const underWay = new Map<string, number>();

/** Does the work if there is a slot and the address may still try. */
export function attempt<T>(env: Attempts, who: Attempt, work: () => Promise<Reply<T>>): Promise<Reply<T>> {
  return withSlot(() => countedAttempt(env, who, work));
}

/** Counted before, given back unless it told something. [AT1] [AT3] */
async function countedAttempt<T>(
  env: Attempts,
  { address, nameKey }: Attempt,
  work: () => Promise<Reply<T>>,
): Promise<Reply<T>> {
  const counter = env.ATTEMPT.getByName(address === "" ? "unknown" : address);
  const key = JSON.stringify([address, nameKey]);
  const allowed = await takeInTurn(counter, key, nameKey);
  if (!allowed.ok) return allowed;
  underWay.set(key, (underWay.get(key) ?? 0) + 1);
  let counted = false;
  try {
    const reply = await work();
    counted = !reply.ok && COUNTED.includes(reply.failure);
    return reply;
  } finally {
    if (!counted) await refund(counter, nameKey);
    leave(key);
  }
}

/**
 * What is under way counts until it has succeeded, so a burst with the right password would be refused for its own
 * width: while others of the same address at the same name are under way, a refusal may still turn. Each request waits by
 * a timer of its own, because one request of a worker must not wake another. [AT3]
 */
async function takeInTurn(counter: AttemptStub, key: string, nameKey: string): Promise<Reply<null>> {
  for (;;) {
    const allowed = await counter.take(nameKey);
    if (allowed.ok || !underWay.has(key)) return allowed;
    await scheduler.wait(TURN_MS);
  }
}

function leave(key: string): void {
  const others = (underWay.get(key) ?? 1) - 1;
  if (others === 0) underWay.delete(key);
  else underWay.set(key, others);
}

// An attempt that is not given back comes back with time: no reason to fail a login.
async function refund(counter: AttemptStub, nameKey: string): Promise<void> {
  try {
    await counter.refund(nameKey);
  } catch (error) {
    log("warn", "attempt not refunded", { error: describeError(error) });
  }
}
