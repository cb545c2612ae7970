import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { fail, type Refusal } from "../../contracts/reply.ts";
import type { TcpSettings } from "../settings.ts";

/** Who gets in, and how fast they may go on: counted by address. [TC15] [TC16] */
export class Admission {
  readonly #perAddressMax: number;
  readonly #connects: RateLimiterMemory;
  readonly #frames: RateLimiterMemory;
  readonly #open = new Map<string, number>();

  constructor({ connectionsPerAddress, connectsPerAddress, framesPerAddress }: TcpSettings) {
    this.#perAddressMax = connectionsPerAddress;
    this.#connects = new RateLimiterMemory({ points: connectsPerAddress, duration: 1 });
    this.#frames = new RateLimiterMemory({ points: framesPerAddress, duration: 1 });
  }

  /** Takes a place for a connection of this address, or says why there is none. */
  async enter(address: string): Promise<Refusal | null> {
    const waitMs = await consume(this.#connects, address);
    if (waitMs > 0) return fail("rateLimited", undefined, waitMs);
    const open = this.#open.get(address) ?? 0;
    if (open >= this.#perAddressMax) return fail("busy", "too many connections of this address: close some first");
    this.#open.set(address, open + 1);
    return null;
  }

  /** Gives the place back. Only for a connection that was let in. */
  leave(address: string): void {
    const open = (this.#open.get(address) ?? 0) - 1;
    if (open > 0) this.#open.set(address, open);
    else this.#open.delete(address);
  }

  /** How long the next frame of this address has to wait, in milliseconds. It counts when that is 0. */
  frameWaitMs(address: string): Promise<number> {
    return consume(this.#frames, address);
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (refused) {
    return Math.max(1, (refused as RateLimiterRes).msBeforeNext);
  }
}
