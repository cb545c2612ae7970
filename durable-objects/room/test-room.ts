import { encodeIdentity, IDENTITY_HEADER, type Identity } from "../../contracts/identity.ts";
import { type ClientFrame, PING, PONG, type ServerFrame } from "../../contracts/native.ts";
import { roomOf } from "../lib/test-people.ts";

type Sent = Exclude<ClientFrame, { type: "history" }>;
type Raw = Sent | Readonly<Record<string, unknown>>;

/** The frames of a native socket, in the order of their arrival. */
export class TestSocket {
  readonly #socket: WebSocket;
  readonly #frames: ServerFrame[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly closed: Promise<CloseEvent>;
  #pong = Promise.withResolvers<void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.addEventListener("message", ({ data }) => {
      if (data === PONG) return this.#pong.resolve();
      this.#frames.push(...(JSON.parse(String(data)) as ServerFrame[]));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.accept();
  }

  send(...frames: Raw[]): void {
    this.#socket.send(JSON.stringify(frames));
  }

  raw(text: string | ArrayBuffer): void {
    this.#socket.send(text);
  }

  /** Resolves with the answer to a ping. */
  async ping(): Promise<void> {
    this.#pong = Promise.withResolvers();
    this.raw(PING);
    await this.#pong.promise;
  }

  close(): void {
    this.#socket.close(1000, "bye");
  }

  /** The next frame of a type; those of other types before it are dropped. */
  async next<Type extends ServerFrame["type"]>(type: Type): Promise<Extract<ServerFrame, { type: Type }>> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame?.type === type) return frame as Extract<ServerFrame, { type: Type }>;
      if (frame === undefined) await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** Every frame up to the next one of a type. */
  async collect(type: ServerFrame["type"]): Promise<readonly ServerFrame[]> {
    while (!this.#frames.some((frame) => frame.type === type)) {
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    return this.#frames.splice(0, this.#frames.findIndex((frame) => frame.type === type) + 1);
  }

  /** What has arrived and was not taken. */
  get pending(): readonly ServerFrame[] {
    return this.#frames;
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
