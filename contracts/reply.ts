import { type FailureName, failures } from "./failures.ts";

/** A refusal: which row of the failures table, what to tell the caller, and when to try again. */
export type Refusal = {
  readonly ok: false;
  readonly failure: FailureName;
  readonly message: string;
  readonly retryAfterMs?: number;
};

/** A service answer. Returned, never thrown: RPC drops an error's own properties. */
export type Reply<T> = { readonly ok: true; readonly value: T } | Refusal;

/** Wraps a value that was asked for. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Refuses, with the table's message unless a better one is given. */
export function fail(
  failure: FailureName,
  message: string = failures[failure].message,
  retryAfterMs?: number,
): Refusal {
  return retryAfterMs === undefined ? { ok: false, failure, message } : { ok: false, failure, message, retryAfterMs };
}
