/** An event waits at most this long for its ack. */
export const ACK_MS = 1_000;

/** Counts what arrived and was not acknowledged: an ack is due at half of the window, or a second after the first. [CL5] */
export class Credit {
  #windowBytes = Number.POSITIVE_INFINITY;
  #bytes = 0;
  #dueAtMs: number | null = null;

  /** The window is another one by now: it shrinks as the room fills. */
  resize(windowBytes: number): void {
    this.#windowBytes = windowBytes;
  }

  /** A new window; what was counted on an earlier connection is void. */
  open(windowBytes: number): void {
    this.#windowBytes = windowBytes;
    this.acked();
  }

  /** Counts a frame of events. */
  received(bytes: number, nowMs: number): void {
    this.#bytes += bytes;
    if (this.#bytes * 2 >= this.#windowBytes) this.#dueAtMs = nowMs;
    else this.#dueAtMs ??= nowMs + ACK_MS;
  }

  /** Everything that was counted is acknowledged. */
  acked(): void {
    this.#bytes = 0;
    this.#dueAtMs = null;
  }

  get dueAtMs(): number | null {
    return this.#dueAtMs;
  }
}
