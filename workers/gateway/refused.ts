import type { Refusal, Reply } from "../../contracts/reply.ts";

/** One thing that is wrong with a request, and where. It never repeats the value that was sent. */
export type FieldError = { readonly in: string; readonly path: string; readonly message: string };

/** A refusal on its way to the dialect's error handler. It never leaves the worker. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly refusal: Refusal;
  readonly errors: readonly FieldError[];

  constructor(refusal: Refusal, errors: readonly FieldError[] = []) {
    super(refusal.message);
    this.refusal = refusal;
    this.errors = errors;
  }
}

/** The value of a reply; a refusal is thrown, so that handlers only say what happens when all is well. */
export function unwrap<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Refused(reply);
  return reply.value;
}
