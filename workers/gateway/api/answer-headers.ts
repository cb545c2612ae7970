import type { Api } from "./api-app.ts";

type Document = ReturnType<Api["getOpenAPI31Document"]>;
type Reference = { readonly $ref: string };

const components = {
  RequestId: {
    description: "The request's id: the caller's own, or a new one. It finds the request in the server's log.",
    required: true,
    schema: { type: "string", minLength: 1 },
  },
  RetryAfter: {
    description: "Whole seconds to wait before the next try.",
    required: true,
    schema: { type: "integer", minimum: 1 },
  },
  Challenge: {
    description: "How to sign in.",
    required: true,
    schema: { type: "string", pattern: "^Bearer$" },
  },
} as const;
const waits = { "Retry-After": refer("RetryAfter") };
const byStatus: Readonly<Record<string, Readonly<Record<string, Reference>>>> = {
  401: { "WWW-Authenticate": refer("Challenge") },
  429: waits,
  503: waits,
};

/** Registers the headers that answers have in common, so that describeHeaders can refer to them. */
export function registerHeaders(api: Api): void {
  for (const [name, header] of Object.entries(components))
    api.openAPIRegistry.registerComponent("headers", name, header);
}

/** Adds to every answer of the document the headers that it has by its status, whichever route it is of. [API11] */
export function describeHeaders(document: Document): Document {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path)) describeOperation(operation.responses);
  }
  return document;
}

function describeOperation(responses: Record<string, { headers?: object }>): void {
  for (const [status, response] of Object.entries(responses)) {
    // A 101 is the room's answer, not the gateway's.
    if (status === "101") continue;
    response.headers = { "X-Request-Id": refer("RequestId"), ...byStatus[status], ...response.headers };
  }
}

function refer(name: keyof typeof components): Reference {
  return { $ref: `#/components/headers/${name}` };
}
