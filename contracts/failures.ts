/**
 * One row for everything that can go wrong, on every surface.
 * `status` is the HTTP status of the native REST API, `code` is gochat's envelope code, `close` is the WebSocket close
 * code: 4000-4499 invite a client to come back and resume, 4500-4999 forbid it; `grpc` is the status code of the gRPC
 * contracts (grpc.io/docs/guides/status-codes). Rows are only ever added.
 */
export const failures = {
  internal: { status: 500, code: -1, close: 4000, grpc: 13, message: "something broke on our side: try again" },
  unavailable: {
    status: 503,
    code: 1,
    close: 4001,
    grpc: 14,
    message: "a part of the system did not answer: try again",
  },
  busy: { status: 503, code: 1, close: 4002, grpc: 8, message: "too much work is waiting: try again later" },
  roomFull: { status: 503, code: 1, close: 4003, grpc: 8, message: "the room has no free seat: try again later" },
  rateLimited: { status: 429, code: 1, close: 4004, grpc: 8, message: "too many requests: wait before you try again" },
  idle: {
    status: 408,
    code: 1,
    close: 4005,
    grpc: 14,
    message: "no sign of life on this connection: connect again and resume",
  },
  badRequest: { status: 400, code: 1, close: 4500, grpc: 3, message: "the request is malformed" },
  session: { status: 401, code: 40000, close: 4501, grpc: 16, message: "Session error" },
  credentials: { status: 401, code: 1, close: 4502, grpc: 16, message: "the name or the password is wrong" },
  forbidden: { status: 403, code: 1, close: 4503, grpc: 7, message: "you may not do this" },
  notFound: { status: 404, code: 1, close: 4504, grpc: 5, message: "there is no such thing" },
  nameTaken: { status: 409, code: 1, close: 4505, grpc: 6, message: "this name is taken" },
  conflict: { status: 409, code: 1, close: 4506, grpc: 6, message: "this id was used for something else" },
  tooLarge: { status: 413, code: 1, close: 4507, grpc: 3, message: "this is larger than the limit" },
  unsupported: { status: 501, code: 1, close: 4508, grpc: 12, message: "this server does not offer that" },
  logFull: { status: 507, code: 1, close: 4509, grpc: 8, message: "the room's log is full: shorten its retention" },
  methodNotAllowed: { status: 405, code: 1, close: 4510, grpc: 12, message: "this path does not answer that method" },
  unsupportedMediaType: { status: 415, code: 1, close: 4511, grpc: 3, message: "send application/json" },
  upgradeRequired: { status: 426, code: 1, close: 4512, grpc: 3, message: "this path speaks WebSocket" },
  outOfRange: { status: 400, code: 1, close: 4513, grpc: 11, message: "this position is not on the log" },
} as const satisfies Record<string, Failure>;

export type Failure = {
  readonly status: number;
  readonly code: number;
  readonly close: number;
  readonly grpc: number;
  readonly message: string;
};
export type FailureName = keyof typeof failures;

/** Whether the same may be tried again later. */
export function mayRetry(failure: FailureName): boolean {
  return failures[failure].close < 4500;
}
