import { DurableObject } from "cloudflare:workers";
import type { AttemptStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import { readInteger } from "../../contracts/settings.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { Jobs } from "../lib/jobs.ts";
import { migrate } from "../lib/migrate.ts";
import { WINDOW_MS, waitMs } from "./bucket.ts";
import { BucketStore } from "./bucket-store.ts";
import { migrations } from "./migrations.ts";

type AttemptEnv = Pick<ObjectEnv, "ATTEMPTS_PER_NAME" | "ATTEMPTS_PER_ADDRESS">;

// No name is empty, so the address itself is counted under the empty key.
const ADDRESS_KEY = "";

/** One per client address: counts attempts per name and altogether, on disk, so that eviction forgives nothing. */
export class AttemptObject extends DurableObject<AttemptEnv> implements AttemptStub {
  static {
    receiveCalls(AttemptObject.prototype, { object: "attempt" });
  }
  readonly #buckets: BucketStore;
  readonly #jobs: Jobs;
  readonly #perName: number;
  readonly #perAddress: number;

  constructor(ctx: DurableObjectState, env: AttemptEnv) {
    super(ctx, env);
    migrate(ctx.storage, migrations);
    this.#perName = readInteger("ATTEMPTS_PER_NAME", env.ATTEMPTS_PER_NAME, 1);
    this.#perAddress = readInteger("ATTEMPTS_PER_ADDRESS", env.ATTEMPTS_PER_ADDRESS, 1);
    this.#buckets = new BucketStore(ctx.storage.sql);
    this.#jobs = new Jobs(ctx.storage, { purge: (nowMs) => this.#purge(nowMs) });
  }

  // RPC

  /** Counts an attempt on both buckets, or on neither and says how long to wait. [AT1] [AT2] */
  async take(nameKey: string): Promise<Reply<null>> {
    const now = Date.now();
    const buckets = this.#bucketsOf(nameKey);
    const wait = Math.max(...buckets.map(({ key, max }) => waitMs(this.#buckets.read(key, now), max, now)));
    if (wait > 0) return fail("rateLimited", "too many attempts: wait before you try again", wait);
    for (const { key, max } of buckets) this.#buckets.add(key, 1, max, now);
    await this.#jobs.schedule("purge", now + WINDOW_MS);
    return ok(null);
  }

  /** Takes an attempt back: it succeeded, or nobody looked at the password. [AT3] */
  async refund(nameKey: string): Promise<void> {
    const now = Date.now();
    for (const { key, max } of this.#bucketsOf(nameKey)) this.#buckets.add(key, -1, max, now);
  }

  // Alarm

  override async alarm(): Promise<void> {
    await this.#jobs.run();
  }

  #bucketsOf(nameKey: string): readonly { readonly key: string; readonly max: number }[] {
    return [
      { key: nameKey, max: this.#perName },
      { key: ADDRESS_KEY, max: this.#perAddress },
    ];
  }

  #purge(nowMs: number): number | undefined {
    return this.#buckets.purge(nowMs - WINDOW_MS) ? nowMs + WINDOW_MS : undefined;
  }
}
