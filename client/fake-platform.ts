import type { ServerFrame } from "../contracts/native.ts";
import { FakeClock } from "./fake-clock.ts";
import type { Platform, RoomSocket, SocketEvent } from "./platform.ts";

type Listener = (event: SocketEvent) => void;

/** A socket that the test speaks for. */
export class FakeSocket implements RoomSocket {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: string[] = [];
  closedWith: number | undefined;
  readonly #listeners = new Map<string, Listener>();

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }

  open(): void {
    this.#listeners.get("open")?.({ type: "open" });
  }

  say(...frames: readonly ServerFrame[]): void {
    this.#listeners.get("message")?.({ type: "message", data: JSON.stringify(frames) });
  }

  end(code: number): void {
    this.#listeners.get("close")?.({ type: "close", code });
  }
}

/** Sockets, a clock and chance that stand still until the test moves them. */
export class FakePlatform extends FakeClock implements Platform {
  readonly sockets: FakeSocket[] = [];
  #ids = 0;

  readonly connect = (url: string, protocols: string[]): FakeSocket => {
    const socket = new FakeSocket(url, protocols);
    this.sockets.push(socket);
    return socket;
  };
  readonly random = (): number => 0.5;
  readonly newId = (): string => `id${++this.#ids}`;

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("nothing was dialled");
    return socket;
  }
}
