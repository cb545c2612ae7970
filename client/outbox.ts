import type { ClientFrame } from "../contracts/native.ts";

export type SendFrame = Extract<ClientFrame, { type: "send" }>;

/** Sends on their way at once; the rest waits for answers. */
const IN_FLIGHT_MAX = 128;
const RETRY_MS = 1_000;

/** Sends without an answer, in the order of the app. They outlive connections; their ids make resending safe. [CL3] */
export class Outbox {
  readonly #sends = new Map<string, { readonly frame: SendFrame; sent: boolean }>();
  #inFlight = 0;
  #notBeforeMs = 0;

  /** Whether this id waits for its answer already. */
  has(id: string): boolean {
    return this.#sends.has(id);
  }

  put(frame: SendFrame): void {
    this.#sends.set(frame.id, { frame, sent: false });
  }

  /** What may leave now. */
  take(nowMs: number): readonly SendFrame[] {
    if (nowMs < this.#notBeforeMs) return [];
    const frames: SendFrame[] = [];
    for (const entry of this.#sends.values()) {
      if (this.#inFlight >= IN_FLIGHT_MAX) break;
      if (entry.sent) continue;
      entry.sent = true;
      this.#inFlight++;
      frames.push(entry.frame);
    }
    return frames;
  }

  /** The connection is gone, and with it every answer: all that is left leaves again on the next one. */
  rewind(): void {
    for (const entry of this.#sends.values()) entry.sent = false;
    this.#inFlight = 0;
  }

  /** A final answer came. Says whether anybody waited for it. */
  settle(id: string): boolean {
    const entry = this.#sends.get(id);
    if (entry?.sent) this.#inFlight--;
    return this.#sends.delete(id);
  }

  /** A refusal that may be tried again: nothing leaves before its time. [CL4] */
  postpone(id: string, nowMs: number, retryAfterMs: number = RETRY_MS): void {
    const entry = this.#sends.get(id);
    if (entry?.sent) {
      entry.sent = false;
      this.#inFlight--;
    }
    this.#notBeforeMs = Math.max(this.#notBeforeMs, nowMs + retryAfterMs);
  }

  /** When something may leave that may not leave now, or null. */
  get dueAtMs(): number | null {
    const waits = this.#inFlight < IN_FLIGHT_MAX && [...this.#sends.values()].some(({ sent }) => !sent);
    return waits ? this.#notBeforeMs : null;
  }

  /** Empties it and gives the ids that will never get an answer. */
  abandon(): readonly string[] {
    const ids = [...this.#sends.keys()];
    this.#sends.clear();
    this.#inFlight = 0;
    return ids;
  }
}
