import { z } from "@hono/zod-openapi";
import { type FailureName, failures } from "../../../contracts/failures.ts";
import { limits } from "../../../contracts/limits.ts";

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string().openapi({ description: "The request's id, as in X-Request-Id and in the server's log." }),
    failure: z.enum(Object.keys(failures) as [FailureName, ...FailureName[]]),
    retryAfterMs: z.number().int().optional(),
    errors: z.array(z.object({ in: z.string(), path: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem", { description: "RFC 9457, with the failure's name and the time to wait." });

/** A JSON answer in the document. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body in the document, required. */
export function jsonBodyOf<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

const answers = {
  400: problem("The request is malformed; `errors` says where."),
  401: problem("No live session speaks from this request, or the name or the password is wrong."),
  403: problem("Not yours to do."),
  404: problem("There is no such thing."),
  409: problem("It exists already, was deleted, or the id was used for something else."),
  413: problem(`Larger than the limit (bodies of messages: ${limits.BODY_BYTES_MAX} bytes).`),
  415: problem("The body is not application/json."),
  426: problem("This path speaks WebSocket."),
  429: problem("Too many requests: wait as long as Retry-After says."),
  500: problem("Something broke on our side."),
  501: problem("This server does not offer that."),
  503: problem("Too much work is waiting, or a part of the system did not answer."),
  507: problem("The room's log is full."),
} as const;
type ProblemStatus = keyof typeof answers;

/** Problems in the document. Every route may answer 400, 429, 500 and 503 as well. */
export function problems<Status extends ProblemStatus = 400>(...statuses: readonly Status[]) {
  const all: readonly ProblemStatus[] = [...statuses, 400, 429, 500, 503];
  return Object.fromEntries(all.map((status) => [status, answers[status]])) as Pick<
    typeof answers,
    Status | 400 | 429 | 500 | 503
  >;
}

function problem(description: string) {
  return { description, content: { "application/problem+json": { schema: Problem } } };
}
