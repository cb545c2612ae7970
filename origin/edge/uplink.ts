import { type BackOff, backOffMs } from "../../client/back-off.ts";
import { Pulse } from "../../client/pulse.ts";
import { type FailureName, failures } from "../../contracts/failures.ts";
import { log } from "../../contracts/log.ts";
import { PING } from "../../contracts/native.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import type { UplinkFrame } from "../../contracts/uplink.ts";
import { parseUplinkFrames } from "./frames.ts";
import type { EdgePlatform, UplinkSocket } from "./platform.ts";

/** An uplink that has not been welcomed by then is given up and dialled again. */
const WELCOME_MS_MAX = 15_000;
/** Sooner than a browser's: replicas are few, and everybody behind one waits for it. */
const BACK_OFF: BackOff = { baseMs: 250, capMs: 3_000 };

export type UplinkEvents = {
  readonly opened: (socket: UplinkSocket, welcome: Extract<UplinkFrame, { type: "welcome" }>) => void;
  /** Frames that came together in `bytes` of UTF-8, the welcome among them. */
  readonly received: (frames: readonly UplinkFrame[], bytes: number) => void;
  readonly broke: () => void;
  /** The edge forbids coming back. */
  readonly over: (refusal: Refusal) => void;
};

type UplinkOptions = { readonly url: string; readonly token: string; readonly platform: EdgePlatform };

/** The one socket to the edge: dials, notices a dead one, dials again with full jitter until it is closed. [UC1] [UC2] */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #events: UplinkEvents;
  readonly #pulse = new Pulse();
  #socket: UplinkSocket | null = null;
  /** Answers of sockets that were given up are not heard: each dial has a number. */
  #dial = 0;
  #isUp = false;
  #attempt = 0;
  #problem = "";
  #cancelDial = (): void => {};
  #cancelTick = (): void => {};

  constructor(options: UplinkOptions, events: UplinkEvents) {
    this.#options = options;
    this.#events = events;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Dials now. */
  start(): void {
    const { platform, url, token } = this.#options;
    const dial = ++this.#dial;
    const current = (act: () => void) => {
      if (this.#dial === dial) act();
    };
    this.#cancelDial = platform.after(WELCOME_MS_MAX, () => this.#drop("no welcome"));
    this.#socket = platform.connect(url, token, {
      opened: () => current(() => this.#opened()),
      received: (text) => current(() => this.#received(text)),
      closed: (code, reason) => current(() => this.#lost(code, reason)),
    });
  }

  /** Ends it for good. */
  close(): void {
    const socket = this.#forget();
    socket?.close();
  }

  #opened(): void {
    this.#pulse.start(this.#options.platform.steadyMs());
    this.#schedule();
  }

  #received(text: string): void {
    this.#pulse.heard();
    if (!text.startsWith("[")) return; // a pong
    const frames = parseUplinkFrames(text);
    if (frames.ok) this.#take(frames.value, Buffer.byteLength(text));
    else this.#drop(frames.message);
  }

  #take(frames: readonly UplinkFrame[], bytes: number): void {
    const welcome = this.#isUp ? undefined : frames.find((frame) => frame.type === "welcome");
    if (welcome !== undefined) this.#welcomed(welcome);
    this.#events.received(frames, bytes);
  }

  #welcomed(welcome: Extract<UplinkFrame, { type: "welcome" }>): void {
    if (this.#socket === null) return;
    this.#cancelDial();
    this.#isUp = true;
    this.#attempt = 0;
    this.#problem = "";
    log("info", "uplink up", { carrier: welcome.carrier });
    this.#events.opened(this.#socket, welcome);
  }

  #drop(reason: string): void {
    const socket = this.#socket;
    this.#lost(1006, reason);
    socket?.drop();
  }

  /** The socket is gone, or was given up. The table's rows from 4500 on forbid another one. */
  #lost(code: number, reason: string): void {
    const wasUp = this.#isUp;
    this.#forget();
    // Once for each change: a retry that fails as the one before did says nothing new.
    if (wasUp || reason !== this.#problem) log("warn", wasUp ? "uplink lost" : "no uplink", { code, reason });
    this.#problem = reason;
    if (wasUp) this.#events.broke();
    if (code >= 4500 && code <= 4999) this.#events.over(fail(toFailure(code), reason || undefined));
    else this.#dialLater();
  }

  #dialLater(): void {
    const { platform } = this.#options;
    const waitMs = backOffMs(this.#attempt++, platform.random, BACK_OFF);
    this.#cancelDial = platform.after(waitMs, () => this.start());
  }

  #forget(): UplinkSocket | null {
    const socket = this.#socket;
    this.#dial += 1;
    this.#socket = null;
    this.#isUp = false;
    this.#pulse.stop();
    this.#cancelDial();
    this.#cancelTick();
    return socket;
  }

  #schedule(): void {
    const { platform } = this.#options;
    this.#cancelTick = platform.after(Math.max(0, this.#pulse.dueAtMs - platform.steadyMs()), () => this.#tick());
  }

  #tick(): void {
    const due = this.#pulse.tick(this.#options.platform.steadyMs());
    if (due === "ping") this.#socket?.send(PING);
    if (due === "dead") this.#drop("no sign of life");
    else this.#schedule();
  }
}

function toFailure(code: number): FailureName {
  const names = Object.keys(failures) as FailureName[];
  return names.find((name) => failures[name].close === code) ?? "forbidden";
}
