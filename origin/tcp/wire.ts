import type { Socket } from "node:net";
import { limits } from "../../contracts/limits.ts";
import { log } from "../../contracts/log.ts";
import { pingFrame } from "./frames.ts";
import { type CloseReason, tcpMetrics } from "./metrics.ts";

/** How long a client gets to close its side after ours, before the connection is cut. */
const LINGER_MS = 2_000;
/** Reasons that are somebody's fault, or that an operator looks for. */
const LOGGED: readonly CloseReason[] = ["malformed", "limit", "slow", "vanished", "missed", "seatLost"];

/** Writes to one client as long as it reads, and ends its connection once, with a reason that is counted. */
export class Wire {
  readonly #socket: Socket;
  readonly #name: string;
  readonly #ended: () => void;
  #reason: CloseReason | null = null;
  #endedAtMs = 0;
  #pingEndsAt = 0;

  /** `ended` is called once, with the first reason. */
  constructor(socket: Socket, name: string, ended: () => void) {
    this.#socket = socket;
    this.#name = name;
    this.#ended = ended;
  }

  get isOpen(): boolean {
    return this.#reason === null;
  }

  /**
   * Sends the bytes, and answers whether the client is there to read them. One that lets more than TCP_BUFFER_BYTES_MAX wait
   * is cut off instead: what is already waiting counts, so that a long run alone closes nobody who reads. [TC13]
   */
  write(bytes: Uint8Array): boolean {
    if (!this.isOpen || !this.#socket.writable || bytes.length === 0) return false;
    if (this.#socket.writableLength > limits.TCP_BUFFER_BYTES_MAX) {
      this.cut("slow", `${this.#socket.writableLength} bytes wait for it`);
      return false;
    }
    this.#socket.write(bytes);
    return true;
  }

  /** The sign of life. A client for whom not even the one before has left is gone. [TC6] [TC7] */
  ping(): void {
    if (!this.isOpen) return;
    const left = this.#socket.bytesWritten - this.#socket.writableLength;
    if (left < this.#pingEndsAt) this.cut("vanished", "the last ping could not be sent");
    else if (this.write(pingFrame)) this.#pingEndsAt = this.#socket.bytesWritten;
  }

  /** Says goodbye and closes our side. What the client still sends is thrown away until it closes, or LINGER_MS passed. */
  finish(reason: CloseReason, why: string, goodbye?: Uint8Array): void {
    if (!this.#conclude(reason, why)) return;
    this.#endedAtMs = Date.now();
    if (goodbye !== undefined && this.#socket.writable) this.#socket.write(goodbye);
    this.#socket.end();
    this.#socket.resume();
  }

  /** Cuts the connection at once. */
  cut(reason: CloseReason, why: string): void {
    this.#conclude(reason, why);
    this.#socket.destroy();
  }

  /** Cuts what was finished and is still open. */
  sweep(nowMs: number): void {
    if (!this.isOpen && nowMs - this.#endedAtMs >= LINGER_MS) this.#socket.destroy();
  }

  #conclude(reason: CloseReason, why: string): boolean {
    if (!this.isOpen) return false;
    this.#reason = reason;
    tcpMetrics.closed.inc({ reason });
    if (LOGGED.includes(reason)) log("warn", "tcp connection closed", { connection: this.#name, reason, why });
    this.#ended();
    return true;
  }
}
