import type { Dialect, Said } from "./dialect.ts";

// Engine.IO 4: 0 open, 2 ping, 3 pong, 4 message. Socket.IO 5, inside of a message: 0 connect, 2 event.
const EVENT = "42";

/** Socket.IO on its WebSocket transport: socket.io/docs/v4/socket-io-protocol. */
export const socketIo: Dialect = {
  upgrade: ({ room }) => ({ path: `/socket.io/?EIO=4&transport=websocket&room=${room}` }),
  greet: () => null,
  send: (_, _id, body) => EVENT + JSON.stringify(["message", body]),
  read(text): Said {
    if (text.startsWith("0")) return { reply: "40" };
    if (text.startsWith("40")) return { ready: {} };
    if (text === "2") return { reply: "3" };
    if (!text.startsWith(EVENT)) return { refused: text };
    const [, body] = JSON.parse(text.slice(EVENT.length)) as readonly [string, string];
    return { events: { bodies: [body] } };
  },
  acknowledge: null,
  acksByEcho: true,
};
