import { type Envoy, startEnvoy } from "./envoy.ts";
import { type Origin, startOrigin } from "./origin.ts";
import { type Redis, startRedis } from "./redis.ts";
import { Server } from "./server.ts";
import { systemPart } from "./system-part.ts";

/** The whole system on one machine. What cannot be had here is null. */
export type System = {
  readonly edge: Server;
  readonly redis: Redis | null;
  readonly tcp: readonly Origin[];
  readonly grpc: readonly Origin[];
  readonly envoy: Envoy | null;
  readonly stop: () => Promise<void>;
};
type Wish = { readonly tcp: number; readonly grpc: number; readonly envoy?: boolean; readonly redis?: boolean };

/** Attempts and sends without limits: a test makes many from one address. */
export const unlimited: Readonly<Record<string, string>> = Object.fromEntries(
  ["ATTEMPTS_PER_ADDRESS", "ATTEMPTS_PER_NAME", "SENDS_PER_USER", "SENDS_PER_ROOM"].map((name) => [name, "1000000"]),
);

/** Starts a system and answers when every part of it is ready. */
export async function startSystem({ tcp, grpc, envoy = false, redis = false }: Wish): Promise<System> {
  const [hasRedis, hasEnvoy] = [
    redis && (await systemPart("redis", "the outbox and gochat's keys on a real Redis")),
    envoy && (await systemPart("envoy", "the replicas behind Envoy")),
  ];
  const [edge, store] = await Promise.all([Server.start(unlimited), hasRedis ? startRedis() : null]);
  const redisUrl = store === null ? {} : { redisUrl: store.url };
  const env = { TRUSTED_PROXIES: "127.0.0.1" };
  const start = (role: "tcp" | "grpc", count: number) =>
    Promise.all(Array.from({ length: count }, () => startOrigin({ edge, role, env, ...redisUrl })));
  const [tcpReplicas, grpcReplicas] = await Promise.all([start("tcp", tcp), start("grpc", grpc)]);
  const proxy = hasEnvoy ? await startEnvoy({ tcp: tcpReplicas, grpc: grpcReplicas }) : null;
  return {
    edge,
    redis: store,
    tcp: tcpReplicas,
    grpc: grpcReplicas,
    envoy: proxy,
    async stop() {
      await Promise.all([...tcpReplicas, ...grpcReplicas].map((replica) => replica.kill()));
      await Promise.all([edge.stop(), store?.remove(), proxy?.stop()]);
    },
  };
}
