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

/** Whether an answer refuses: a row of the table, with its message. What comes over RPC may be anything. */
export function isRefusal(answer: unknown): answer is Refusal {
  const { ok, failure, message, retryAfterMs } = (answer ?? {}) as Partial<Refusal>;
  const isKnown = ok === false && typeof failure === "string" && Object.hasOwn(failures, failure);
  const waits = retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0);
  return isKnown && typeof message === "string" && waits;
}

/** Whether an answer is a Reply at all: a refusal, or a value that is there. [OP11] */
export function isReply(answer: unknown): boolean {
  const { ok, value } = (answer ?? {}) as { readonly ok?: unknown; readonly value?: unknown };
  return (ok === true && value !== undefined) || isRefusal(answer);
}
