import type { Dialect, Said } from "./dialect.ts";

type Publication = { readonly data: string; readonly offset: number };
type Reply = {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly connect?: object;
  readonly subscribe?: { readonly offset?: number };
  readonly publish?: object;
  readonly push?: { readonly pub?: Publication };
};

const CONNECT = 1;
const SUBSCRIBE = 2;
const PUBLISH_FROM = 10;

/** Centrifugo's bidirectional JSON protocol: centrifugal.dev/docs/transports/client_protocol. */
export const centrifugo: Dialect = {
  upgrade: () => ({ path: "/connection/websocket" }),
  greet: () => JSON.stringify({ id: CONNECT, connect: {} }),
  send: ({ room }, id, data) => JSON.stringify({ id: PUBLISH_FROM + Number(id), publish: { channel: room, data } }),
  read(text, { room }): Said {
    // A frame holds JSON values, one on each line.
    return text.split("\n").reduce<Said>((said, line) => merge(said, readReply(line, room)), {});
  },
  acknowledge: null,
  acksByEcho: false,
};

function readReply(line: string, channel: string): Said {
  if (line === "{}") return { reply: "{}" };
  const { id, error, connect, subscribe, publish, push } = JSON.parse(line) as Reply;
  if (error !== undefined) return { refused: error.message };
  if (connect !== undefined) return { reply: JSON.stringify({ id: SUBSCRIBE, subscribe: { channel } }) };
  if (subscribe !== undefined) return { ready: { seq: subscribe.offset ?? 0 } };
  if (publish !== undefined) return { acked: [String((id ?? 0) - PUBLISH_FROM)] };
  if (push?.pub === undefined) return {};
  return { events: { after: push.pub.offset - 1, bodies: [push.pub.data] } };
}

function merge(one: Said, other: Said): Said {
  return {
    ...one,
    ...other,
    ...(one.acked && other.acked ? { acked: [...one.acked, ...other.acked] } : {}),
    ...(one.events && other.events
      ? { events: { ...one.events, bodies: [...one.events.bodies, ...other.events.bodies] } }
      : {}),
  };
}
