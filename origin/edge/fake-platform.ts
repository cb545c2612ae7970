import type { UplinkFrame, UplinkRequest } from "../../contracts/uplink.ts";
import type { EdgePlatform, SocketListener, UplinkSocket } from "./platform.ts";

/** A socket whose other side is the test. */
export class FakeUplink implements UplinkSocket {
  readonly url: string;
  readonly token: string;
  /** WebSocket frames that were sent and not looked at yet. */
  texts: string[] = [];
  bufferedAmount = 0;
  ended: "closed" | "dropped" | null = null;
  readonly #listener: SocketListener;

  constructor(url: string, token: string, listener: SocketListener) {
    this.url = url;
    this.token = token;
    this.#listener = listener;
  }

  readonly send = (text: string): void => void this.texts.push(text);

  readonly close = (): void => {
    this.ended = "closed";
  };

  readonly drop = (): void => {
    this.ended = "dropped";
  };

  /** Takes what was sent, pings left out. */
  taken(): UplinkRequest[] {
    const texts = this.texts.filter((text) => text.startsWith("["));
    this.texts = [];
    return texts.flatMap((text) => JSON.parse(text) as UplinkRequest[]);
  }

  /** The upgrade is answered, and the welcome behind it. */
  welcome(window = 1_000_000): void {
    this.#listener.opened();
    this.say({ type: "welcome", carrier: "origin:r1", window });
  }

  say(...frames: readonly UplinkFrame[]): void {
    this.hear(JSON.stringify(frames));
  }

  hear(text: string): void {
    this.#listener.received(text);
  }

  open(): void {
    this.#listener.opened();
  }

  end(code: number, reason = ""): void {
    this.#listener.closed(code, reason);
  }
}

/** Sockets, a clock and chance that stand still until the test moves them. */
export class FakeEdgePlatform implements EdgePlatform {
  readonly sockets: FakeUplink[] = [];
  chance = 0;
  #now = 0;
  #last = 0;
  #turn: (() => void)[] = [];
  readonly #timers = new Map<number, { readonly atMs: number; readonly call: () => void }>();

  readonly connect = (url: string, token: string, listener: SocketListener): FakeUplink => {
    const socket = new FakeUplink(url, token, listener);
    this.sockets.push(socket);
    return socket;
  };
  readonly nowMs = (): number => this.#now;
  readonly steadyMs = (): number => this.#now;
  readonly random = (): number => this.chance;
  readonly soon = (call: () => void): void => void this.#turn.push(call);
  readonly after = (ms: number, call: () => void): (() => void) => {
    const key = ++this.#last;
    this.#timers.set(key, { atMs: this.#now + ms, call });
    return () => void this.#timers.delete(key);
  };

  /** The newest socket. */
  get socket(): FakeUplink {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("nothing was dialled");
    return socket;
  }

  /** Ends the turn: what was put off to its end is done, and promises that are settled are heard. */
  async turn(): Promise<void> {
    await new Promise(setImmediate);
    for (const call of this.#turn.splice(0)) call();
  }

  /** Moves the clock and fires what is due, in order of time. */
  pass(ms: number): void {
    const endMs = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { atMs }]) => atMs <= endMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].atMs);
      due[1].call();
    }
    this.#now = endMs;
  }
}
