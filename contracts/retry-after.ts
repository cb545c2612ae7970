import { failures } from "./failures.ts";
import type { Refusal } from "./reply.ts";

const INVITING_STATUSES: readonly number[] = [429, 503];
const RETRY_MS_DEFAULT = 1_000;

/** Whole seconds after which a refused caller may come again: what the refusal says, a second where it invites, or null. */
export function retryAfterSeconds({ failure, retryAfterMs }: Refusal): number | null {
  const invites = INVITING_STATUSES.includes(failures[failure].status);
  const waitMs = retryAfterMs ?? (invites ? RETRY_MS_DEFAULT : undefined);
  return waitMs === undefined ? null : Math.max(1, Math.ceil(waitMs / 1_000));
}
