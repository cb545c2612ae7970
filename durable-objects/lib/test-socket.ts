import { PING, PONG } from "../../contracts/native.ts";

type FrameOf<Frame, Type> = Extract<Frame, { readonly type: Type }>;

/** The client's end of a socket that sends JSON arrays of frames, which are read in the order of their arrival. */
export class FrameSocket<Frame extends { readonly type: string }> {
  readonly #socket: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly closed: Promise<CloseEvent>;
  #pong = Promise.withResolvers<void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.addEventListener("message", ({ data }) => {
      if (data === PONG) return this.#pong.resolve();
      this.#frames.push(...(JSON.parse(String(data)) as Frame[]));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.accept();
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
  async next<Type extends Frame["type"]>(type: Type): Promise<FrameOf<Frame, Type>> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame?.type === type) return frame as FrameOf<Frame, Type>;
      if (frame === undefined) await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** Every frame up to the next one of a type. */
  async collect(type: Frame["type"]): Promise<readonly Frame[]> {
    while (!this.#frames.some((frame) => frame.type === type)) {
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    return this.#frames.splice(0, this.#frames.findIndex((frame) => frame.type === type) + 1);
  }

  /** What has arrived and was not taken. */
  get pending(): readonly Frame[] {
    return this.#frames;
  }
}
