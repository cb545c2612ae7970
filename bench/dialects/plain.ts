import type { Dialect } from "./dialect.ts";

/** A `ws` server that sends what it gets to everybody, in gochat's shape: bench/baselines/ws.ts. */
export const plain: Dialect = {
  upgrade: ({ room }) => ({ path: `/${room}` }),
  greet: () => "?ready",
  send: (_, _id, body) => body,
  read(text) {
    if (text === "?ready") return { ready: {} };
    return { events: { bodies: [(JSON.parse(text) as { readonly msg: string }).msg] } };
  },
  acknowledge: null,
  acksByEcho: true,
};
