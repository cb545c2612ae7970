import { collectDefaultMetrics } from "prom-client";
import { log } from "../contracts/log.ts";
import type { Refusal } from "../contracts/reply.ts";
import { drain } from "./drain.ts";
import { createEdge } from "./edge/create-edge.ts";
import { createGrpcService } from "./grpc/grpc-service.ts";
import { startOperations } from "./operations/operations-server.ts";
import { toReadiness } from "./operations/readiness.ts";
import type { OriginService } from "./origin-service.ts";
import type { OriginStart } from "./read-start.ts";
import { createNoRedis, createRedis, type OriginRedis } from "./redis/redis.ts";
import type { Role } from "./settings.ts";
import { createTcpService } from "./tcp/tcp-service.ts";

/** A process of the origin, serving. */
export type RunningOrigin = {
  /** The edge forbade this replica to come back. */
  readonly over: Promise<Refusal>;
  /** Stops: not ready, then drained, then nothing is left. */
  readonly stop: () => Promise<void>;
};

/** Puts a replica together, and answers when its services listen; whether the edge is there is told by /ready. [OR3] */
export async function startOrigin({ role, roles, settings, token }: OriginStart): Promise<RunningOrigin> {
  const { edgeUrl, replicaId, redisUrl, host, trustedProxies } = settings;
  const edge = createEdge({ url: edgeUrl, token, replicaId });
  const redis = await openRedis(redisUrl, replicaId, edge);
  const { courier, attendance } = redis;
  const starts: Record<Role, () => Promise<OriginService>> = {
    tcp: () => createTcpService({ edge, courier, attendance, settings: settings.tcp, trustedProxies, host }),
    grpc: () =>
      createGrpcService({
        edge,
        attendance,
        edgeUrl,
        originToken: token,
        settings: settings.grpc,
        trustedProxies,
        host,
      }),
  };
  edge.start();
  const services = await Promise.all(roles.map((name) => starts[name]()));
  let isDraining = false;
  collectDefaultMetrics();
  const readiness = () => toReadiness({ edge, redis: redisUrl === null ? null : redis, isDraining });
  const operations = await startOperations({ host, port: settings.operationsPort, readiness });
  const ports = JSON.stringify(Object.assign({}, ...services.map((service) => service.ports)));
  log("info", "ready", { role, replica: replicaId, ports, operations: operations.port });
  const stop = async () => {
    isDraining = true;
    await drain({ services, redis, edge });
    operations.close();
  };
  return { over: edge.over, stop };
}

/** Without Redis the origin runs, and says what it does not have. [OR6] */
async function openRedis(
  url: string | null,
  replicaId: string,
  edge: ReturnType<typeof createEdge>,
): Promise<OriginRedis> {
  if (url !== null) return createRedis({ url, replicaId, edge });
  log("warn", "no redis", { effect: "no outbox: messages are refused while the edge is away, and no keys of gochat" });
  return createNoRedis({ edge });
}
