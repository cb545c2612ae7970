import { FakeClock } from "../../client/fake-clock.ts";
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
export class FakeEdgePlatform extends FakeClock implements EdgePlatform {
  readonly sockets: FakeUplink[] = [];
  chance = 0;
  #turn: (() => void)[] = [];

  readonly connect = (url: string, token: string, listener: SocketListener): FakeUplink => {
    const socket = new FakeUplink(url, token, listener);
    this.sockets.push(socket);
    return socket;
  };
  readonly steadyMs = (): number => this.nowMs();
  readonly random = (): number => this.chance;
  readonly soon = (call: () => void): void => void this.#turn.push(call);

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
}
