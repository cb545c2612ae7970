import { once } from "node:events";
import WebSocket from "ws";
import type { CountFrame, Envelope, GochatFrame, MessageFrame, RoomInfoFrame } from "../../contracts/gochat.ts";
import { Inbox } from "./inbox.ts";
import { type Closed, textOf } from "./native-socket.ts";
import { freshName } from "./rest.ts";

/** One POST of gochat's API: HTTP 200 whatever happens, and its envelope. */
export async function post(url: string, path: string, body: object): Promise<Envelope> {
  const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
  if (answer.status !== 200) throw new Error(`gochat answers 200, got ${answer.status} for ${path}`);
  return (await answer.json()) as Envelope;
}

/** Registers through gochat's API and gives its authToken. */
export async function registerGochat(url: string, userName: string = freshName("g"), passWord = "pw"): Promise<string> {
  const { code, message, data } = await post(url, "/user/register", { userName, passWord });
  if (code !== 0 || typeof data !== "string") throw new Error(`register: ${code} ${message}`);
  return data;
}

type FrameByOp = { 2: MessageFrame; 3: MessageFrame; 4: CountFrame; 5: RoomInfoFrame };

/** gochat's socket: bare /ws, one JSON object a frame. */
export class GochatSocket {
  readonly frames = new Inbox<GochatFrame>();
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.frames.put(JSON.parse(textOf(data)) as GochatFrame));
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("error", () => {}); // a close follows
  }

  static async open(url: string): Promise<GochatSocket> {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
    const gochat = new GochatSocket(socket);
    await once(socket, "open");
    return gochat;
  }

  /** Opens and takes a seat. A join has no answer of its own: room info reaches a socket once it is seated. */
  static async join(url: string, authToken: string, roomId: number): Promise<GochatSocket> {
    const gochat = await GochatSocket.open(url);
    gochat.sendText(JSON.stringify({ authToken, roomId }));
    const seated = () => gochat.frames.all.some((frame) => frame.op === 5 && frame.roomId === roomId);
    for (let tries = 0; tries < 100 && !seated(); tries++) {
      await post(url, "/push/getRoomInfo", { authToken, roomId });
      await new Promise((resolve) => setTimeout(resolve, 10)); // between two looks
    }
    if (!seated()) throw new Error(`no seat in room ${roomId}`);
    return gochat;
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** The next frame with this op. */
  next<Code extends keyof FrameByOp>(op: Code): Promise<FrameByOp[Code]> {
    return this.frames.next((frame): frame is FrameByOp[Code] & GochatFrame => frame.op === op, `op ${op}`);
  }

  /** The texts of room messages that arrived so far. */
  texts(): readonly string[] {
    return this.frames.all.flatMap((frame) => (frame.op === 3 ? [frame.msg] : []));
  }

  close(): void {
    this.#socket.close();
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
