import { Redis } from "ioredis";
import { describeError, log } from "../../contracts/log.ts";
import { metrics } from "./metrics.ts";
import { scripts } from "./scripts.ts";

/** Redis has answered a command by then, or the command failed. */
const COMMAND_MS_MAX = 1_000;
const RETRY_MS_MAX = 2_000;

// Nothing queues while Redis is away and nothing is repeated behind our back: a command is answered, or it failed and
// whoever asked knows it. A connection that went silent is replaced.
const options = {
  scripts,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: COMMAND_MS_MAX,
  socketTimeout: 2 * COMMAND_MS_MAX,
  connectTimeout: 5 * COMMAND_MS_MAX,
  connectionName: "edgechat-origin",
  retryStrategy: (times: number) => Math.random() * Math.min(RETRY_MS_MAX, 50 * 2 ** Math.min(times, 10)),
};

/** The connection to Redis, which comes back by itself. */
export class RedisLink {
  readonly client: Redis;
  readonly #resync: readonly ((link: RedisLink) => Promise<void>)[];
  readonly #waiting = new Set<() => void>();
  #connection = 0;
  #upSinceMs: number | null = null;
  #lastError = "closed";
  #said: "up" | "away" | null = null;

  /** Each time Redis is back, `resync` is done in order before anything else may use it. [OX8] [RK4] */
  constructor(url: string, resync: readonly ((link: RedisLink) => Promise<void>)[]) {
    this.client = new Redis(url, options);
    this.#resync = resync;
    this.client.on("error", (error: unknown) => {
      this.#lastError = describeError(error);
    });
    this.client.on("ready", () => void this.#open(++this.#connection));
    this.client.on("close", () => this.#close());
  }

  get isUp(): boolean {
    return this.#upSinceMs !== null;
  }

  /** On the clock of performance.now(), which is never set; null while Redis is away. */
  get upSinceMs(): number | null {
    return this.#upSinceMs;
  }

  /** Resolves when Redis is there, or after `ms`. */
  waitUp(ms: number): Promise<void> {
    if (this.isUp) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Begins anew when it is unknown what Redis did: the resync finds out. */
  reset(): void {
    this.client.disconnect(true);
  }

  /** For good. */
  close(): void {
    this.#said = "away";
    this.client.disconnect();
  }

  async #open(connection: number): Promise<void> {
    try {
      for (const step of this.#resync) await step(this);
    } catch (error) {
      this.#lastError = describeError(error);
      if (connection === this.#connection) this.reset();
      return;
    }
    if (connection === this.#connection && this.client.status === "ready") this.#turnUp();
  }

  #turnUp(): void {
    this.#upSinceMs = performance.now();
    metrics.redisUp.set(1);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    this.#say("up");
  }

  #close(): void {
    this.#upSinceMs = null;
    metrics.redisUp.set(0);
    this.#say("away");
  }

  /** One line for each change, however many attempts an absence has. Errors name the host, never the password. [RK7] */
  #say(state: "up" | "away"): void {
    if (this.#said === state) return;
    this.#said = state;
    if (state === "up") log("info", "redis.up");
    else log("warn", "redis.away", { reason: this.#lastError });
    this.#lastError = "closed";
  }
}
