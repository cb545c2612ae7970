import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { encodeClientFrame, FrameReader, Opcode } from "./frames.ts";

/** Where to upgrade, and with which headers. */
export type Upgrade = { readonly path: string; readonly headers?: Readonly<Record<string, string>> };
export type WireEvents = {
  /** The payload of a text frame; valid only during the call. It may come before open() has resolved. */
  readonly onText: (payload: Buffer, socket: WireSocket) => void;
  /** The connection is gone, however it ended. */
  readonly onGone?: (reason: string) => void;
};

const HEAD_END = "\r\n\r\n";
// One for all: a read is handled before the next one begins.
const shared = Buffer.alloc(1 << 18);

/**
 * A WebSocket client that costs as little as it can: thousands of them have to share one core without being what is
 * measured. It speaks with the servers of this benchmark and with nothing else.
 */
export class WireSocket {
  readonly #socket: Socket;
  readonly #events: WireEvents;
  readonly #reader: FrameReader;
  #closedBy = "the connection ended";
  #waiting: Buffer[] = [];

  /** Connects and upgrades. Rejects with the status line when the server refuses. */
  static async open(url: string, upgrade: Upgrade, events: WireEvents): Promise<WireSocket> {
    const { hostname, port } = new URL(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let wire: WireSocket | null = null;
    let head: Buffer | null = Buffer.alloc(0);
    const take = (chunk: Buffer) => {
      if (head === null) return wire?.read(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = head.toString("latin1", 0, end);
      const rest = head.subarray(end + HEAD_END.length);
      const body = rest.toString();
      head = null;
      if (!text.startsWith("HTTP/1.1 101")) return reject(new Error(`no upgrade: ${text.split("\r\n")[0]} ${body}`));
      resolve();
      if (rest.length > 0) wire?.read(rest);
    };
    const onread = {
      buffer: shared,
      callback: (bytes: number) => {
        take(shared.subarray(0, bytes));
        return true;
      },
    };
    const socket = connect({ host: hostname, port: Number(port), noDelay: true, onread });
    wire = new WireSocket(socket, events);
    socket.on("error", (error) => wire?.failed(String(error)));
    socket.on("close", () => {
      reject(new Error(`no upgrade: ${wire?.closedBy}`));
      events.onGone?.(wire?.closedBy ?? "");
    });
    socket.write(toRequest(hostname, upgrade));
    await promise;
    return wire;
  }

  private constructor(socket: Socket, events: WireEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#reader = new FrameReader((opcode, payload) => this.#take(opcode, payload));
  }

  get closedBy(): string {
    return this.#closedBy;
  }

  failed(reason: string): void {
    this.#closedBy = reason;
  }

  read(chunk: Buffer): void {
    this.#reader.read(chunk);
  }

  /** Sends texts, each as a frame of its own. Those of one turn of the event loop leave in one write. */
  send(text: string): void {
    this.#waiting.push(encodeClientFrame(text));
    if (this.#waiting.length === 1) queueMicrotask(() => this.#flush());
  }

  /** Stops reading: what the server goes on sending fills the buffers between. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#socket.resume();
  }

  /** Ends the connection in good order. */
  close(): void {
    this.#socket.end(encodeClientFrame("", Opcode.close));
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.destroy();
  }

  #flush(): void {
    const frames = this.#waiting;
    this.#waiting = [];
    this.#socket.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.text) this.#events.onText(payload, this);
    else if (opcode === Opcode.ping) this.#socket.write(encodeClientFrame(payload.toString("latin1"), Opcode.pong));
    else if (opcode === Opcode.close) {
      this.#closedBy =
        payload.length < 2 ? "closed" : `closed with ${payload.readUInt16BE(0)} ${payload.toString("utf8", 2)}`;
      this.#socket.end();
    }
  }
}

function toRequest(host: string, { path, headers = {} }: Upgrade): string {
  const all = {
    Host: host,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}${HEAD_END}`;
}
