/** contracts/native.ts says the same; k6 has no Intl, which that file's neighbours need, so it cannot be imported here. */
export const PING_MS = 25_000;
const PONG_MS_MAX = 10_000;
const NEVER = Number.POSITIVE_INFINITY;

/** Whether a connection lives: when to ping, and when to give it up. */
export class Pulse {
  #pingAtMs = NEVER;
  #deadAtMs = NEVER;

  start(nowMs: number): void {
    this.#pingAtMs = nowMs + PING_MS;
    this.#deadAtMs = NEVER;
  }

  stop(): void {
    this.#pingAtMs = this.#deadAtMs = NEVER;
  }

  /** Something arrived. */
  heard(): void {
    this.#deadAtMs = NEVER;
  }

  /** What is due now. A ping starts the wait for any sign of life. */
  tick(nowMs: number): "ping" | "dead" | "fine" {
    if (nowMs >= this.#deadAtMs) return "dead";
    if (nowMs < this.#pingAtMs) return "fine";
    this.#pingAtMs = nowMs + PING_MS;
    this.#deadAtMs = Math.min(this.#deadAtMs, nowMs + PONG_MS_MAX);
    return "ping";
  }
}
