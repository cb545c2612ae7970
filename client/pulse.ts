import { PING_MS } from "../contracts/native.ts";

/** Silence after a ping that means that the connection is dead, whatever the socket says. */
export const PONG_MS_MAX = 10_000;

/** Liveness of one connection: when to ping, and when to give it up. [CL7] */
export class Pulse {
  #pingAtMs = Number.POSITIVE_INFINITY;
  #deadAtMs = Number.POSITIVE_INFINITY;

  /** A connection began. */
  start(nowMs: number): void {
    this.#pingAtMs = nowMs + PING_MS;
    this.#deadAtMs = Number.POSITIVE_INFINITY;
  }

  /** Something arrived: the other side lives. */
  heard(): void {
    this.#deadAtMs = Number.POSITIVE_INFINITY;
  }

  /** The connection is over. */
  stop(): void {
    this.#pingAtMs = Number.POSITIVE_INFINITY;
    this.#deadAtMs = Number.POSITIVE_INFINITY;
  }

  /** What is due now. A ping starts the wait for any sign of life. */
  tick(nowMs: number): "ping" | "dead" | "fine" {
    if (nowMs >= this.#deadAtMs) return "dead";
    if (nowMs < this.#pingAtMs) return "fine";
    this.#pingAtMs = nowMs + PING_MS;
    this.#deadAtMs = Math.min(this.#deadAtMs, nowMs + PONG_MS_MAX);
    return "ping";
  }

  get dueAtMs(): number {
    return Math.min(this.#pingAtMs, this.#deadAtMs);
  }
}
