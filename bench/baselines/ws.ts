import { WebSocket, WebSocketServer } from "ws";

// What a chat server in Node does at least: takes a message, gives it gochat's shape once, and sends it to everybody. It
// keeps nothing and checks nobody. A text that begins with "?" is answered to its sender alone.
const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    const msg = (data as Buffer).toString();
    if (msg.startsWith("?")) socket.send(msg);
    else broadcast(msg);
  });
});
server.on("listening", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
process.once("disconnect", () => process.exit());

function broadcast(msg: string): void {
  const from = { fromUserId: 1, fromUserName: "bench", toUserId: 0, toUserName: "" };
  const createTime = new Date().toISOString().slice(0, 19).replace("T", " ");
  const frame = Buffer.from(JSON.stringify({ code: 0, msg, ...from, roomId: 1, op: 3, createTime }));
  for (const client of server.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(frame, { binary: false });
  }
}
