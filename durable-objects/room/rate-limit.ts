import { readInteger } from "../../contracts/settings.ts";

type Bucket = { tokens: number; atMs: number };

const BUCKETS_MAX = 20_000;

/** A token bucket a key, in memory: each key may do `perSecond` in a second, and as many at once. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #buckets = new Map<number, Bucket>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes one; answers 0, or the milliseconds until one is there. */
  take(key: number, nowMs: number): number {
    const bucket = this.#bucketOf(key, nowMs);
    const refill = (Math.max(0, nowMs - bucket.atMs) * this.#perSecond) / 1000;
    bucket.tokens = Math.min(this.#perSecond, bucket.tokens + refill);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1000) / this.#perSecond);
    bucket.tokens -= 1;
    return 0;
  }

  #bucketOf(key: number, nowMs: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= BUCKETS_MAX) this.#forgetFull(nowMs);
    const fresh = { tokens: this.#perSecond, atMs: nowMs };
    this.#buckets.set(key, fresh);
    return fresh;
  }

  /** A bucket that is a second old is full again, and full is what a forgotten one is. */
  #forgetFull(nowMs: number): void {
    for (const [key, { atMs }] of this.#buckets) if (atMs < nowMs - 1000) this.#buckets.delete(key);
  }
}

/** How many sends a room takes of each user and of everybody together, as the operator has set it. */
export function readRates(env: { readonly SENDS_PER_USER: string; readonly SENDS_PER_ROOM: string }): {
  readonly perUser: RateLimit;
  readonly perRoom: RateLimit;
} {
  return {
    perUser: new RateLimit(readInteger("SENDS_PER_USER", env.SENDS_PER_USER, 1)),
    perRoom: new RateLimit(readInteger("SENDS_PER_ROOM", env.SENDS_PER_ROOM, 1)),
  };
}
