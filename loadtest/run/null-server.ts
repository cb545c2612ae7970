import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { encodeStamp } from "../model/stamp.ts";

// A server that does nothing, as a process of its own: what k6 reaches against it is what k6 can. HTTP is answered as
// gochat answers success. A socket gets as many stamped room messages as the number that it sends: so k6, which reads
// without bound, has never more before it than it asked for.
const [, , run = "limits"] = process.argv;
const ANSWER = JSON.stringify({ code: 0, message: "success", data: "" });
const FROM = { fromUserId: 1, fromUserName: "limits", toUserId: 0, toUserName: "" };
const BODY_BYTES = 100;

const http = createServer((request, response) => {
  request.resume();
  request.on("end", () => response.setHeader("content-type", "application/json").end(ANSWER));
});
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on("connection", (socket) => {
  const publisher = `p${sockets.clients.size}`;
  let number = 0;
  socket.on("message", (data: Buffer) => {
    for (let left = Number(data.toString()); left > 0; left--) send(socket, publisher, ++number);
  });
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
process.once("disconnect", () => process.exit());

function send(socket: WebSocket, publisher: string, number: number): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const sentAtMs = Date.now();
  const msg = encodeStamp({ run, step: 1, channel: "r1", publisher, number, sentAtMs }, BODY_BYTES);
  socket.send(JSON.stringify({ code: 0, msg, ...FROM, roomId: 1, op: 3, createTime: "2026-01-01 00:00:00" }));
}
