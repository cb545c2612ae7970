import { limits } from "../contracts/limits.ts";
import { describeError, log } from "../contracts/log.ts";
import type { OriginService } from "./origin-service.ts";

/** What a service may take past DRAIN_MS_MAX to close what it has left. */
const GRACE_MS = 1_000;
/** What the outbox may take to send the last of what it keeps and to give up its lease; other replicas take over the rest. */
const GOODBYE_MS_MAX = 4_000;

type Draining = {
  readonly services: readonly Pick<OriginService, "drain">[];
  readonly redis: { readonly stop: () => Promise<void> };
  readonly edge: { readonly close: () => void };
};

/**
 * Stops in this order: clients first, whose last messages still need the edge and Redis; then Redis; then the uplink.
 * What fails or takes too long is logged, and the next one has its turn. [OR5]
 */
export async function drain({ services, redis, edge }: Draining): Promise<void> {
  await Promise.all(services.map((service) => step("service", service.drain, limits.DRAIN_MS_MAX + GRACE_MS)));
  await step("redis", redis.stop, GOODBYE_MS_MAX);
  edge.close();
}

async function step(part: string, run: () => Promise<void>, msMax: number): Promise<void> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve("it took too long"), msMax);
  const problem = await Promise.race([run().then(() => null, describeError), late.promise]);
  clearTimeout(timer);
  if (problem !== null) log("error", "not drained", { part, problem });
}
