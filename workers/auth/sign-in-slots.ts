import { limits } from "../../contracts/limits.ts";
import { fail, type Reply } from "../../contracts/reply.ts";

const RETRY_MS = 5_000;

// Of this isolate: what it bounds is the isolate's memory, connections and open objects.
let underWay = 0;

/**
 * Does the work unless too many sign-ins are under way. Each wakes a user object and waits for its hash: 5,000 at once
 * would open 15,000 files before the first of them is refused by the queue for hashes. [AC15]
 */
export async function withSlot<T>(work: () => Promise<Reply<T>>): Promise<Reply<T>> {
  if (underWay >= limits.SIGN_INS_MAX) return fail("busy", "too many people sign in: try again later", RETRY_MS);
  underWay++;
  try {
    return await work();
  } finally {
    underWay--;
  }
}
