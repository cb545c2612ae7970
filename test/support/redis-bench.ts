import { Redis as Client } from "ioredis";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { FakeEdge } from "../../origin/redis/fake-edge.ts";
import { createRedis, type OriginRedis } from "../../origin/redis/redis.ts";
import { type Redis, startRedis } from "./redis.ts";

type Pace = Parameters<typeof createRedis>[0]["pace"];
/** A replica's part of Redis: its name, its edge and, for leases that end soon, its pace. */
export type Replica = { readonly replicaId: string; readonly edge: FakeEdge; readonly pace?: Pace };

/** One real Redis for the tests of a describe: each finds it empty, and no replica of the test before. */
export class RedisBench {
  readonly #replicas: OriginRedis[] = [];
  #started: { readonly redis: Redis; readonly client: Client } | undefined;

  constructor() {
    beforeAll(() => this.#start());
    afterEach(() => this.#clear());
    afterAll(() => this.#end());
  }

  /** The server. */
  get redis(): Redis {
    return this.#now.redis;
  }

  /** A client that looks into it. */
  get client(): Client {
    return this.#now.client;
  }

  /** A replica that has reached it, until the test ends. */
  async startReplica({ pace, ...replica }: Replica): Promise<OriginRedis> {
    const started = await createRedis({ url: this.redis.url, ...replica, ...(pace === undefined ? {} : { pace }) });
    this.#replicas.push(started);
    await this.isUp(started);
    return started;
  }

  /** Resolves when the replica reaches it. */
  async isUp(replica: OriginRedis): Promise<void> {
    await expect.poll(() => replica.isUp, { timeout: 10_000 }).toBe(true);
  }

  /** Every connection but the one that looks into it breaks. */
  async dropClients(): Promise<void> {
    await this.client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  }

  get #now() {
    if (this.#started === undefined) throw new Error("Redis is not started yet");
    return this.#started;
  }

  async #start(): Promise<void> {
    const redis = await startRedis();
    const client = new Client(redis.url);
    client.on("error", () => undefined); // it is killed and comes back
    this.#started = { redis, client };
  }

  async #clear(): Promise<void> {
    await Promise.all(this.#replicas.splice(0).map((replica) => replica.stop()));
    await this.client.flushall();
  }

  async #end(): Promise<void> {
    this.client.disconnect();
    await this.redis.remove();
  }
}
