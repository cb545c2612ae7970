import { encodeIdentity, IDENTITY_HEADER, type Identity } from "../../contracts/identity.ts";
import type { ClientFrame, ServerFrame } from "../../contracts/native.ts";
import { roomOf } from "../lib/test-people.ts";
import { FrameSocket } from "../lib/test-socket.ts";

type Sent = Exclude<ClientFrame, { type: "history" }>;
type Raw = Sent | Readonly<Record<string, unknown>>;

/** The client's end of a native socket. */
export class TestSocket extends FrameSocket<ServerFrame> {
  send(...frames: Raw[]): void {
    this.raw(JSON.stringify(frames));
  }
}

/** Opens a socket as the gateway does, without saying hello. */
export async function connect(room: string, identity: Identity): Promise<TestSocket> {
  const headers = { Upgrade: "websocket", [IDENTITY_HEADER]: encodeIdentity(identity) };
  const response = await roomOf(room).fetch(new Request("http://room/socket", { headers }));
  if (response.webSocket === null) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  return new TestSocket(response.webSocket);
}

/** Opens a socket and takes a seat. */
export async function join(room: string, identity: Identity, resume?: { epoch: string; seq: number }) {
  const socket = await connect(room, identity);
  socket.send(resume === undefined ? { type: "hello" } : { type: "hello", resume });
  const welcome = await socket.next("welcome");
  return { socket, welcome };
}
