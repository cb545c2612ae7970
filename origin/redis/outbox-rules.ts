import { mayRetry } from "../../contracts/failures.ts";
import { limits } from "../../contracts/limits.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";

/** When a client that met a bound of the outbox may try again. */
export const BUSY_RETRY_MS = 5_000;
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;

/** What the outbox holds, and since when the edge is away; null while it is not. */
export type Shelter = {
  readonly messages: number;
  readonly bytes: number;
  readonly downSinceMs: number | null;
};

/** Why the outbox takes no more, or null while it does. [OX5] */
export function refuseByBounds({ messages, bytes, downSinceMs }: Shelter, nowMs: number): Refusal | null {
  const isLong = downSinceMs !== null && nowMs - downSinceMs > limits.OUTBOX_MS_MAX;
  if (isLong) return fail("busy", "the edge is away for too long: try again later", BUSY_RETRY_MS);
  const isFull = messages >= limits.OUTBOX_MESSAGES_MAX || bytes >= limits.OUTBOX_BYTES_MAX;
  return isFull ? fail("busy", "the outbox is full: try again later", BUSY_RETRY_MS) : null;
}

/** Whether nobody knows if the message is on the log. */
export function isUnknown(reply: Reply<unknown>): boolean {
  return !reply.ok && reply.failure === "unavailable";
}

/** Whether a kept message is tried again after this answer: the table's rows that invite it. Others are final. [OX6] */
export function isForLater(reply: Reply<unknown>): reply is Refusal {
  return !reply.ok && mayRetry(reply.failure);
}

/** How long a session's kept messages wait after so many refusals in a row. Full jitter, and never before the edge's own word. */
export function backOffMs(refusal: Refusal, attempt: number, random: number): number {
  const bound = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(attempt, 10));
  return Math.max(refusal.retryAfterMs ?? 0, Math.ceil(random * bound));
}
