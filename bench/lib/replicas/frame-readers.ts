import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { numberAt, type Tally } from "./numbers.ts";

/** Looks at a frame at the front of the bytes: where its body is and where it ends, or null when it is not whole. */
type TakeFrame = (bytes: Buffer, at: number) => { readonly body: number; readonly end: number } | null;

const MESSAGE = '{"code":0,"msg":"';
const head = Buffer.from(MESSAGE);

/** gochat's TCP: version, 16 bits of length, body. */
export const takeTcpFrame: TakeFrame = (bytes, at) => {
  if (bytes.length < at + 4) return null;
  const end = at + bytes.readInt16BE(at + 2);
  return end > bytes.length ? null : { body: at + 4, end };
};

/** A server's WebSocket frame, which has no mask. */
export const takeWebSocketFrame: TakeFrame = (bytes, at) => {
  if (bytes.length < at + 4) return null;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  const body = at + (short === 126 ? 4 : 2);
  const end = body + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
  return end > bytes.length ? null : { body, end };
};

/**
 * Reads frames of messages off a socket and tells their numbers, without JSON: a thousand readers share one core with the
 * publisher. Both dialects are read by the same loop. `other` gets the body of a frame that is no message.
 */
export function readFrames(socket: Socket, take: TakeFrame, tally: Tally, other = (_body: Buffer): void => {}): void {
  const tell = tally.reader();
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let frame = take(bytes, at); frame !== null; frame = take(bytes, at)) {
      if (isMessage(bytes, frame)) tell(numberAt(bytes, frame.body + head.length));
      else other(bytes.subarray(frame.body, frame.end));
      at = frame.end;
    }
    rest = bytes.subarray(at);
    tally.news();
  });
  socket.on("close", () => tally.fail("a reader was closed"));
  socket.on("error", () => {}); // a close follows
}

/** A sign of life is shorter than the head of a message, and may be the last thing that was read. */
function isMessage(bytes: Buffer, { body, end }: { readonly body: number; readonly end: number }): boolean {
  return end - body >= head.length && bytes.compare(head, 0, head.length, body, body + head.length) === 0;
}

/** Dials gochat's TCP and binds to a room. */
export async function dialTcp(port: number, authToken: string, roomId: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const body = Buffer.from(JSON.stringify({ op: 6, authToken, roomId, msg: "" }));
  const header = Buffer.from("v1\0\0");
  header.writeInt16BE(body.length + header.length, 2);
  socket.write(Buffer.concat([header, body]));
  return socket;
}

/** Dials a WebSocket and answers once it is one. */
export async function dialWebSocket(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const lines = ["GET / HTTP/1.1", "Host: bench", "Upgrade: websocket", "Connection: Upgrade"];
  const key = ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
  socket.write([...lines, ...key, "", ""].join("\r\n"));
  await once(socket, "readable"); // the answer fits in one segment, and nothing follows it yet
  socket.read();
  return socket;
}
