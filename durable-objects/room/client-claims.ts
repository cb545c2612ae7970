import type { ClientStamp } from "../../contracts/event.ts";
import { parseUserName } from "../../contracts/names.ts";
import { isClientId } from "../../contracts/native.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";

/** Refuses a name that a client gives for itself, unless it is a spelling of the name that its credential says. [LM5] */
export function refusePersonName(claimed: string, own: string): Refusal | null {
  if (claimed === own) return null;
  if (claimed === "") return fail("badRequest", "person_name is empty");
  const [theirs, ours] = [parseUserName(claimed), parseUserName(own)];
  const same = theirs.ok && ours.ok && theirs.value.key === ours.value.key;
  return same ? null : fail("forbidden", "person_name must be the credential's user");
}

/** Refuses a stamp that is not what every reader may be given. [LM6] */
export function refuseStamp({ id, atMs }: ClientStamp): Refusal | null {
  if (id !== undefined && !isClientId(id)) return fail("badRequest", "the stamp's id is no client id");
  if (atMs !== undefined && !Number.isSafeInteger(atMs)) {
    return fail("badRequest", "the stamp's time is no integer of milliseconds");
  }
  return null;
}
