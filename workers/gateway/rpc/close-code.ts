import { type FailureName, failures } from "../../../contracts/failures.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";

const FINAL_CLOSE = { from: 4500, to: 4999 } as const;

/**
 * What the end of the room's socket means: a final close code is its row; every other end is `unavailable`, from which
 * the caller comes back with after_seq. [RP11]
 */
export function toRefusal(closeCode: number): Refusal {
  const isFinal = closeCode >= FINAL_CLOSE.from && closeCode <= FINAL_CLOSE.to;
  const name = (Object.keys(failures) as FailureName[]).find((failure) => failures[failure].close === closeCode);
  if (isFinal && name !== undefined) return fail(name);
  return fail("unavailable", "the connection to the room ended: subscribe again with after_seq");
}
