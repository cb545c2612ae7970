import { Metadata } from "@grpc/grpc-js";
import { failures } from "../../contracts/failures.ts";
import type { Refusal, Reply } from "../../contracts/reply.ts";
import { retryAfterSeconds } from "../../contracts/retry-after.ts";

/** How a call ends that did not succeed. */
export type Status = { readonly code: number; readonly details: string; readonly metadata: Metadata };

/** What a call is answered with. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly status: Status };

/** A refusal as a status: the row's code, its message, and the metadata `retry-after` in seconds. [NG4] */
export function toStatus(refusal: Refusal): Status {
  const seconds = retryAfterSeconds(refusal);
  return createStatus(failures[refusal.failure].grpc, refusal.message, seconds === null ? null : String(seconds));
}

/** A status by its code, with `retry-after` unless it is null. */
export function createStatus(code: number, details: string, retryAfter: string | null): Status {
  const metadata = new Metadata();
  if (retryAfter !== null) metadata.set("retry-after", retryAfter);
  return { code, details, metadata };
}

/** What was asked of the edge, as an answer. */
export function toAnswer<T>(reply: Reply<T>): Answer<T> {
  return reply.ok ? reply : { ok: false, status: toStatus(reply) };
}
