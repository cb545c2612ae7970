import { describeError, log } from "../../contracts/log.ts";
import { leaseKey, REPLICAS_KEY } from "./keys.ts";
import type { RedisLink } from "./link.ts";

/** How long a replica counts as alive without a word, how often it says one, and how often it looks for dead ones. */
export type Pace = { readonly leaseMs: number; readonly renewMs: number; readonly lookMs: number };
export const PACE: Pace = { leaseMs: 10_000, renewMs: 3_000, lookMs: 5_000 };

/** Takes over what a dead replica left; false when it is alive after all. May reject. */
type TakeOver = (replica: string) => Promise<boolean>;

/** Says that this replica is alive, and finds those that are not. */
export class Replicas {
  readonly #replica: string;
  readonly #link: () => RedisLink;
  readonly #pace: Pace;
  readonly #takeOver: TakeOver;
  readonly #timers: readonly NodeJS.Timeout[];
  #isLooking = false;

  constructor(replica: string, link: () => RedisLink, takeOver: TakeOver, pace: Pace) {
    this.#replica = replica;
    this.#link = link;
    this.#pace = pace;
    this.#takeOver = takeOver;
    this.#timers = [
      setInterval(() => void this.#renew(), pace.renewMs),
      setInterval(() => void this.#look(), pace.lookMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** First of all when Redis is back: from here on nobody takes this replica for dead. Answers whether it had a lease. */
  async register(): Promise<boolean> {
    const { client } = this.#link();
    await client.sadd(REPLICAS_KEY, this.#replica);
    return (await client.set(leaseKey(this.#replica), "alive", "PX", this.#pace.leaseMs, "GET")) !== null;
  }

  /** Gives the lease back: what is left may be taken over at once. Rejects when Redis fails. [OX11] */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#link().client.del(leaseKey(this.#replica));
  }

  async #renew(): Promise<void> {
    if (!this.#link().isUp) return;
    try {
      // Without a lease others may have taken over what was ours: begin anew, and what is ours is written again.
      if (!(await this.register())) this.#link().reset();
    } catch (error) {
      log("warn", "replica.lease", { reason: describeError(error) });
    }
  }

  async #look(): Promise<void> {
    if (this.#isLooking || !this.#isSettled()) return;
    this.#isLooking = true;
    try {
      for (const replica of await this.#link().client.smembers(REPLICAS_KEY)) await this.#lookAt(replica);
    } catch (error) {
      log("warn", "replica.look", { reason: describeError(error) });
    } finally {
      this.#isLooking = false;
    }
  }

  /** Leases end while Redis is away: everybody gets the time to come back first. */
  #isSettled(): boolean {
    const { upSinceMs } = this.#link();
    return upSinceMs !== null && performance.now() - upSinceMs >= this.#pace.leaseMs;
  }

  async #lookAt(replica: string): Promise<void> {
    const { client } = this.#link();
    if (replica === this.#replica || (await client.exists(leaseKey(replica))) === 1) return;
    if (!(await this.#takeOver(replica))) return;
    await client.srem(REPLICAS_KEY, replica);
    log("warn", "replica.adopted", { replica });
  }
}
