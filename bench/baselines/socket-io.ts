import { createServer } from "node:http";
import { Server } from "socket.io";

// Socket.IO as its documentation begins: what a client says goes to everybody. It keeps nothing and checks nobody.
const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
io.on("connection", (socket) => {
  socket.on("message", (body: string) => io.emit("message", body));
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
process.once("disconnect", () => process.exit());
