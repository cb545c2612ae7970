import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { post } from "./gochat.ts";
import { Inbox } from "./inbox.ts";

/** What gochat's server says in a frame, and what ours adds to it. */
export type TcpFrame = {
  readonly op: number;
  readonly code?: number;
  readonly msg?: string;
  readonly msgId?: string;
  readonly roomId?: number;
  readonly fromUserId?: number;
  readonly fromUserName?: string;
  readonly toUserId?: number;
  readonly toUserName?: string;
  readonly createTime?: string;
  readonly count?: number;
  readonly roomUserInfo?: Readonly<Record<string, string>>;
};

const VERSION = "v1";
const HEADER_BYTES = 4;

/** A frame of gochat's TCP, written from its description alone: version, length of all in 16 bits, body. */
export function tcpFrame(body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(VERSION, "latin1");
  header.writeInt16BE(HEADER_BYTES + bytes.length, 2);
  return Buffer.concat([header, bytes]);
}

/** The body that gochat's own client writes, with every field of it. */
export function tcpBody(fields: Readonly<Record<string, unknown>>): string {
  const nobody = { fromUserId: 0, fromUserName: "", toUserId: 0, toUserName: "" };
  return JSON.stringify({ code: 0, msg: "", ...nobody, roomId: 0, createTime: "", ...fields });
}

/** A TCP client of gochat that keeps everything that it is told. */
export class GochatTcp {
  readonly frames = new Inbox<TcpFrame>();
  /** Resolves when the server is gone: whether it said so (FIN) or cut the connection. */
  readonly closed: Promise<"ended" | "cut">;
  pings = 0;
  readonly #socket: Socket;
  #rest = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk));
    const { promise, resolve } = Promise.withResolvers<"ended" | "cut">();
    socket.on("end", () => resolve("ended"));
    socket.on("error", () => resolve("cut"));
    socket.on("close", () => resolve("cut"));
    this.closed = promise;
  }

  static async open(port: number): Promise<GochatTcp> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new GochatTcp(socket);
  }

  /** Opens, binds and answers once the seat stands: a bind has no answer, but room info comes to who sits there. */
  static async join(port: number, url: string, authToken: string, roomId: number): Promise<GochatTcp> {
    const client = await GochatTcp.open(port);
    client.bind(authToken, roomId);
    await client.seated(url, authToken, roomId);
    return client;
  }

  /** Resolves once room info of this room came. */
  async seated(url: string, authToken: string, roomId: number): Promise<void> {
    const isSeated = () => this.frames.all.some((frame) => frame.op === 5 && frame.roomId === roomId);
    for (let tries = 0; tries < 200 && !isSeated(); tries++) {
      await post(url, "/push/getRoomInfo", { authToken, roomId });
      await new Promise((resolve) => setTimeout(resolve, 10)); // between two looks
    }
    if (!isSeated()) throw new Error(`no seat in room ${roomId}: ${JSON.stringify(this.frames.all.slice(-5))}`);
  }

  bind(authToken: string, roomId: number): void {
    this.send({ op: 6, authToken, roomId });
  }

  /** Says something in the room; with an id the server says when it took it. */
  say(roomId: number, msg: string, msgId?: string): void {
    this.send({ op: 3, roomId, msg, ...(msgId === undefined ? {} : { msgId }) });
  }

  send(fields: Readonly<Record<string, unknown>>): void {
    this.write(tcpFrame(tcpBody(fields)));
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  next(op: number): Promise<TcpFrame> {
    return this.frames.next((frame) => frame.op === op, `op ${op}`);
  }

  /** What was said in the room, in the order of arrival: refusals come with op 3 too, and are no messages. */
  get texts(): readonly string[] {
    return this.frames.all.flatMap(({ op, code, msg }) => (op === 3 && code === 0 ? [msg ?? ""] : []));
  }

  /** The ids of what the server took, in the order of its answers. */
  get taken(): readonly string[] {
    return this.frames.all.flatMap(({ op, code, msgId }) => (op === 7 && code === 0 ? [msgId ?? ""] : []));
  }

  /** What it refused. */
  get refused(): readonly TcpFrame[] {
    return this.frames.all.filter(({ code = 0 }) => code !== 0);
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  /** Stops reading, as a client whose machine hangs. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Leaves in order. */
  close(): void {
    this.#socket.end();
  }

  /** Cuts the connection without a word. */
  terminate(): void {
    this.#socket.resetAndDestroy();
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= HEADER_BYTES) {
      const bytes = this.#rest.readInt16BE(2);
      if (this.#rest.toString("latin1", 0, 2) !== VERSION || bytes < HEADER_BYTES)
        throw new Error("not gochat's frame");
      if (this.#rest.length < bytes) return;
      this.#hear(this.#rest.toString("utf8", HEADER_BYTES, bytes));
      this.#rest = this.#rest.subarray(bytes);
    }
  }

  #hear(body: string): void {
    if (body === "ping msg") this.pings++;
    else this.frames.put(JSON.parse(body) as TcpFrame);
  }
}
