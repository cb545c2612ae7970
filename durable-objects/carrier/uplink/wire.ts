import { Buffer } from "node:buffer";
import type { FailureName } from "../../../contracts/failures.ts";
import { limits } from "../../../contracts/limits.ts";
import { PONG } from "../../../contracts/native.ts";
import type { UplinkFrame } from "../../../contracts/uplink.ts";
import { closeSocket } from "../../lib/sockets.ts";

/** A WebSocket frame is sent when it has grown to this. */
const FLUSH_CHARS = 1_048_576;
/** Half of it: a replica that reads says so each quarter. */
const SUSPECT_BYTES = limits.UPLINK_WINDOW_BYTES / 2;

/**
 * What goes to a replica: frames of one turn leave in one WebSocket frame, and what was not read yet is counted. [UP8]
 */
export class Wire {
  readonly #socket: WebSocket;
  #pending: string[] = [];
  #pendingChars = 0;
  #sentBytes = 0;
  #readBytes = 0;
  /** Since when the replica owes a word on what it has read; null while it does not. */
  #suspectSinceMs: number | null = null;
  #isOpen = true;
  readonly #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get unreadBytes(): number {
    return this.#sentBytes - this.#readBytes;
  }

  push(frame: UplinkFrame): void {
    if (!this.#isOpen) return;
    const text = JSON.stringify(frame);
    this.#pending.push(text);
    this.#pendingChars += text.length;
    if (this.#pendingChars >= FLUSH_CHARS) this.#flush();
    else if (this.#pending.length === 1) queueMicrotask(() => this.#flush());
  }

  pong(): void {
    this.#write(PONG);
  }

  /** How much the replica has read since the beginning. */
  read(bytes: number, nowMs: number): void {
    if (bytes <= this.#readBytes) return;
    this.#readBytes = Math.min(bytes, this.#sentBytes);
    this.#suspectSinceMs = this.unreadBytes < SUSPECT_BYTES ? null : nowMs;
    this.#wake();
  }

  /** Resolves when there is room in the window, or nobody is there any more. */
  async hasRoom(): Promise<void> {
    while (this.#isOpen && this.unreadBytes + this.#pendingChars >= limits.UPLINK_WINDOW_BYTES) {
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** Whether a replica that has much to read has read nothing for too long, or has got more than it may leave unread. [UP9] */
  isStalled(nowMs: number): boolean {
    if (this.unreadBytes > limits.UPLINK_UNREAD_BYTES_MAX) return true;
    return this.#suspectSinceMs !== null && nowMs - this.#suspectSinceMs >= limits.UPLINK_STALL_MS_MAX;
  }

  /** Whoever waits for room goes on, and finds nobody. */
  close(failure: FailureName, reason: string): void {
    if (!this.#isOpen) return;
    this.#flush();
    this.#isOpen = false;
    this.#wake();
    closeSocket(this.#socket, failure, reason);
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const text = `[${this.#pending.join(",")}]`;
    this.#pending = [];
    this.#pendingChars = 0;
    this.#sentBytes += Buffer.byteLength(text);
    if (this.unreadBytes >= SUSPECT_BYTES) this.#suspectSinceMs ??= Date.now();
    this.#write(text);
  }

  /** A socket that cannot be written to is on its way out; its close event ends the uplink. */
  #write(text: string): void {
    if (!this.#isOpen) return;
    try {
      this.#socket.send(text);
    } catch {
      // Closing.
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
