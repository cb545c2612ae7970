import { once } from "node:events";
import type { Socket } from "node:net";
import WebSocket from "ws";
import type { RoomEvent } from "../../contracts/event.ts";
import { PONG, type ServerFrame } from "../../contracts/native.ts";
import { Inbox } from "./inbox.ts";
import { roomPath } from "./rest.ts";

export type Closed = { readonly code: number; readonly reason: string };
type FrameOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** The text of a WebSocket message; ws gives bytes. */
export function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.from(data as Buffer).toString();
}

/** A native socket without any of the client's rules: what is sent is what the test wrote. */
export class NativeSocket {
  readonly frames = new Inbox<ServerFrame>();
  readonly closed: Promise<Closed>;
  /** How many pings were answered. */
  pongs = 0;
  readonly #socket: WebSocket;
  #carrier: Socket | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("upgrade", (response) => {
      this.#carrier = response.socket;
    });
    socket.on("message", (data) => this.#hear(textOf(data)));
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on("error", () => {}); // a close follows
  }

  /** Upgrades to a room's socket and answers once it is open, or throws with the HTTP status that refused it. */
  static open(
    url: string,
    token: string,
    room: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<NativeSocket> {
    return NativeSocket.openAt(url, token, `${roomPath(room)}/socket`, headers);
  }

  /** The same for any path. */
  static async openAt(
    url: string,
    token: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<NativeSocket> {
    const address = url.replace("http", "ws") + path;
    const socket = new WebSocket(address, { headers: { ...headers, authorization: `Bearer ${token}` } });
    const native = new NativeSocket(socket);
    const refused = new Promise<never>((_, reject) => {
      socket.on("unexpected-response", (_request, { statusCode }) => {
        socket.terminate();
        reject(new Error(`upgrade refused: ${statusCode}`));
      });
    });
    await Promise.race([once(socket, "open"), refused]);
    return native;
  }

  /** Opens, says hello and waits for the welcome. */
  static async join(url: string, token: string, room: string, resume?: { epoch: string; seq: number }) {
    const native = await NativeSocket.open(url, token, room);
    native.send({ type: "hello", ...(resume === undefined ? {} : { resume }) });
    return { socket: native, welcome: await native.next("welcome") };
  }

  /** Sends frames as one array; the test may send what no client would. */
  send(...frames: readonly object[]): void {
    this.sendText(JSON.stringify(frames));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** The next frame of a type. */
  next<Type extends ServerFrame["type"]>(type: Type): Promise<FrameOf<Type>> {
    return this.frames.next((frame): frame is FrameOf<Type> => frame.type === type, `${type} frame`);
  }

  /** Every event that arrived so far, in order of arrival. */
  events(): readonly RoomEvent[] {
    return this.frames.all.flatMap((frame) => (frame.type === "events" ? frame.events : []));
  }

  /** Whether neither side has begun to close. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Stops reading from the network, as a client whose machine hangs. */
  pause(): void {
    this.#carrier?.pause();
  }

  resume(): void {
    this.#carrier?.resume();
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }

  #hear(text: string): void {
    if (text === PONG) this.pongs++;
    if (!text.startsWith("[")) return;
    for (const frame of JSON.parse(text) as readonly ServerFrame[]) this.frames.put(frame);
  }
}
