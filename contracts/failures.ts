/**
 * One row for everything that can go wrong, on every surface.
 * `status` is the HTTP status of the native REST API, `code` is gochat's envelope code, `close` is the WebSocket close
 * code: 4000-4499 invite a client to come back and resume, 4500-4999 forbid it. Rows are only ever added.
 */
export const failures = {
  internal: { status: 500, code: -1, close: 4000, message: "something broke on our side: try again" },
  unavailable: { status: 503, code: 1, close: 4001, message: "a part of the system did not answer: try again" },
  busy: { status: 503, code: 1, close: 4002, message: "too much work is waiting: try again later" },
  roomFull: { status: 503, code: 1, close: 4003, message: "the room has no free seat: try again later" },
  rateLimited: { status: 429, code: 1, close: 4004, message: "too many requests: wait before you try again" },
  idle: { status: 408, code: 1, close: 4005, message: "no sign of life on this connection: connect again and resume" },
  badRequest: { status: 400, code: 1, close: 4500, message: "the request is malformed" },
  session: { status: 401, code: 40000, close: 4501, message: "Session error" },
  credentials: { status: 401, code: 1, close: 4502, message: "the name or the password is wrong" },
  forbidden: { status: 403, code: 1, close: 4503, message: "you may not do this" },
  notFound: { status: 404, code: 1, close: 4504, message: "there is no such thing" },
  nameTaken: { status: 409, code: 1, close: 4505, message: "this name is taken" },
  conflict: { status: 409, code: 1, close: 4506, message: "this id was used for something else" },
  tooLarge: { status: 413, code: 1, close: 4507, message: "this is larger than the limit" },
  unsupported: { status: 501, code: 1, close: 4508, message: "this server does not offer that" },
  logFull: { status: 507, code: 1, close: 4509, message: "the room's log is full: shorten its retention" },
  methodNotAllowed: { status: 405, code: 1, close: 4510, message: "this path does not answer that method" },
  unsupportedMediaType: { status: 415, code: 1, close: 4511, message: "send application/json" },
  upgradeRequired: { status: 426, code: 1, close: 4512, message: "this path speaks WebSocket" },
} as const satisfies Record<string, Failure>;

export type Failure = {
  readonly status: number;
  readonly code: number;
  readonly close: number;
  readonly message: string;
};
export type FailureName = keyof typeof failures;
