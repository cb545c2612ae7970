import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Address, parseAddress, toLimitKey } from "../../contracts/addresses.ts";
import { limits } from "../../contracts/limits.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import { FrameError, FrameReader } from "../../contracts/tcp.ts";
import { parsePacket } from "../../contracts/tcp-packet.ts";
import type { Admission } from "./admission.ts";
import type { Surroundings } from "./boarding.ts";
import { Dialogue } from "./dialogue.ts";
import { refusalFrame } from "./frames.ts";
import { Inbox } from "./inbox.ts";
import { ProxyLine } from "./proxy-line.ts";
import { Wire } from "./wire.ts";

export type ConnectionOptions = {
  readonly socket: Socket;
  /** Unique on this replica. */
  readonly name: string;
  readonly around: Surroundings;
  readonly admission: Admission;
  /** Whether the peer may say by a PROXY line whom it speaks for. */
  readonly isProxy: boolean;
};

const RESTART = fail("unavailable", "the server restarts: connect again");

/** One TCP client: its bytes in, its frames in order to the dialogue, and its end. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #wire: Wire;
  readonly #dialogue: Dialogue;
  readonly #inbox: Inbox<Uint8Array | FrameError>;
  readonly #reader = new FrameReader();
  readonly #openedAtMs = Date.now();
  #proxyLine: ProxyLine | null;
  #address: string | null = null;
  #isAdmitted: Promise<boolean> = Promise.resolve(false);
  /** Nothing more of this client is read. */
  #isDeaf = false;

  constructor(options: ConnectionOptions) {
    const { socket, name, around, isProxy } = options;
    this.#options = options;
    this.#wire = new Wire(socket, name, () => this.#end());
    this.#inbox = new Inbox({
      bytesOf: (item) => (item instanceof FrameError ? 0 : item.length),
      take: (item) => this.#take(item),
      full: (isFull) => (isFull ? socket.pause() : socket.resume()),
    });
    this.#dialogue = new Dialogue(name, around, this.#wire, this.#inbox);
    this.#proxyLine = isProxy ? new ProxyLine() : null;
    if (!isProxy) this.#introduce(null);
    socket.on("data", (chunk: Buffer) => this.#arrive(chunk));
    socket.on("end", () => this.#hangUp());
    // The close event follows, and says the rest.
    socket.on("error", (error: NodeJS.ErrnoException) => this.#fault(error));
    socket.on("close", () => this.#close());
  }

  /** Once a second: who never signs in goes, and who was told to go. [TC19] */
  tick(nowMs: number): void {
    this.#wire.sweep(nowMs);
    if (this.#dialogue.hasBegun || nowMs - this.#openedAtMs < limits.SIGN_IN_MS_MAX) return;
    this.#wire.finish("signIn", "no op 6 in time", refusalFrame(fail("session", "op 6 did not come in time")));
  }

  ping(): void {
    this.#wire.ping();
  }

  /** The network says that nothing has reached this client for too long. */
  vanish(): void {
    this.#wire.cut("vanished", "nothing that was sent is acknowledged");
  }

  /** The client is told that this replica stops. What it says until it has read that still counts. [TC18] */
  warn(): void {
    this.#wire.write(refusalFrame(RESTART));
  }

  /** Nothing more is read; what was read is done and answered, and then this side closes. [TC18] */
  drain(): void {
    this.#isDeaf = true;
    this.#inbox.onIdle(() => this.#wire.finish("drained", ""));
  }

  cut(): void {
    this.#wire.cut("drained", "");
  }

  /** Says who the client is, once: from here on it counts against the limits of its address. */
  #introduce(address: Address | null): void {
    const peer = parseAddress(this.#options.socket.remoteAddress ?? "");
    const key = toLimitKey(address ?? peer);
    this.#isAdmitted = this.#enter(key);
  }

  async #enter(address: string): Promise<boolean> {
    const refusal = await this.#options.admission.enter(address);
    if (refusal === null && !this.#options.socket.closed) this.#address = address;
    else if (refusal === null) this.#options.admission.leave(address);
    else this.refuse(refusal, address);
    return refusal === null;
  }

  /** There is no place for this connection. */
  refuse(refusal: Refusal, why: string): void {
    this.#wire.finish("limit", `${refusal.failure}: ${why}`, refusalFrame(refusal));
  }

  #arrive(chunk: Buffer): void {
    if (this.#isDeaf || !this.#wire.isOpen) return;
    try {
      const bytes = this.#withoutProxyLine(chunk);
      if (bytes !== null) this.#reader.feed(bytes, (body) => this.#inbox.put(body));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#isDeaf = true;
      this.#inbox.put(error);
    }
  }

  #withoutProxyLine(chunk: Buffer): Buffer | null {
    if (this.#proxyLine === null) return chunk;
    const introduction = this.#proxyLine.feed(chunk);
    if (introduction === null) return null;
    this.#proxyLine = null;
    this.#introduce(introduction.address);
    return introduction.rest;
  }

  /** What is wrong in the stream counts behind the frames that came before it, however they were glued. [TC3] */
  async #take(item: Uint8Array | FrameError): Promise<void> {
    if (item instanceof FrameError) return this.#malformed(item.message);
    if (!(await this.#mayGoOn()) || !this.#wire.isOpen) return;
    const packet = parsePacket(item);
    if (packet.ok) await this.#dialogue.take(packet.value);
    else this.#malformed(packet.message);
  }

  /** Past the rate of its address a client is not refused but waits, and is not read meanwhile. [TC16] */
  async #mayGoOn(): Promise<boolean> {
    if (!(await this.#isAdmitted) || this.#address === null) return false;
    const { admission } = this.#options;
    for (let ms = await admission.frameWaitMs(this.#address); ms > 0; ms = await admission.frameWaitMs(this.#address)) {
      await wait(ms, undefined, { ref: false });
      if (!this.#wire.isOpen || this.#address === null) return false;
    }
    return true;
  }

  #malformed(why: string): void {
    const from = this.#address ?? "an address that is not known yet";
    this.#wire.finish("malformed", `${why}, from ${from}`, refusalFrame(fail("badRequest", why)));
  }

  /** The client closed its side: what it said before still counts. */
  #hangUp(): void {
    this.#inbox.onIdle(() => this.#wire.finish("left", ""));
  }

  #fault({ code }: NodeJS.ErrnoException): void {
    if (code === "ETIMEDOUT") this.#wire.cut("vanished", "no answer to keep-alive probes");
  }

  /** What was read before the connection broke still counts. */
  #close(): void {
    if (this.#address !== null) this.#options.admission.leave(this.#address);
    this.#inbox.onIdle(() => this.#wire.cut("left", ""));
  }

  #end(): void {
    this.#isDeaf = true;
    this.#inbox.clear();
    this.#dialogue.leave();
  }
}
