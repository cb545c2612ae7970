import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { limits } from "../../contracts/limits.ts";
import type { EdgePlatform, SocketListener, UplinkSocket } from "./platform.ts";

/** Sockets of the ws package, Node's clock and timers, and its chance. */
export const nodePlatform: EdgePlatform = {
  connect,
  nowMs: () => Date.now(),
  steadyMs: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  soon: (call) => void setImmediate(call),
  random: () => Math.random(),
};

/** The token goes as a header, never in the address: addresses are logged on the way. */
function connect(url: string, token: string, listener: SocketListener): UplinkSocket {
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    maxPayload: limits.UPLINK_FRAME_BYTES_MAX * 2,
  });
  let problem = "";
  socket.on("open", listener.opened);
  // Text comes as a Buffer with this package's default binaryType; the edge sends nothing else.
  socket.on("message", (data) => listener.received(Buffer.isBuffer(data) ? data.toString() : ""));
  socket.on("error", (error) => {
    problem = problem || error.message; // a close follows
  });
  socket.on("unexpected-response", (_request, response: IncomingMessage) => {
    problem = `the edge answered ${response.statusCode}`;
    socket.terminate();
  });
  socket.on("close", (code, reason) => listener.closed(code, String(reason) || problem));
  return {
    send: (text) => socket.send(text),
    close: () => socket.close(1000),
    drop: () => socket.terminate(),
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
  };
}
