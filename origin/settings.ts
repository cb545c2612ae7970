import { randomUUID } from "node:crypto";
import { readTrustedProxies } from "../contracts/addresses.ts";
import { readInteger } from "../contracts/settings.ts";

export const roles = ["tcp", "grpc"] as const;
export type Role = (typeof roles)[number];

/** What a process of the origin is started with. */
export type OriginSettings = {
  readonly edgeUrl: string;
  /** Names this process to the edge and in Redis: a new one for each start unless REPLICA_ID is set. */
  readonly replicaId: string;
  /** Null: no outbox and no keys of gochat. */
  readonly redisUrl: string | null;
  readonly host: string;
  /** Health, readiness and metrics over HTTP. */
  readonly operationsPort: number;
  /** Addresses and CIDR ranges, with commas between, whose word on a client's address counts. */
  readonly trustedProxies: string;
  readonly tcp: TcpSettings;
  readonly grpc: GrpcSettings;
};

/** Rates are counted in whole seconds, for each address: IPv4, or an IPv6 /64. */
export type TcpSettings = {
  readonly ports: readonly number[];
  readonly connectionsMax: number;
  readonly connectionsPerAddress: number;
  readonly connectsPerAddress: number;
  readonly framesPerAddress: number;
};
export type GrpcSettings = {
  readonly authPort: number;
  readonly gatewayPort: number;
  readonly chatroomPort: number;
  readonly chatPort: number;
};

type Env = Readonly<Record<string, string | undefined>>;

const PORT_MAX = 65_535;
const REPLICA_ID = /^[\w-]{1,64}$/;

/** Reads the environment. Throws and names the variable that is wrong; an empty one counts as not set. [OR1] */
export function readOriginSettings(env: Env): OriginSettings {
  return {
    edgeUrl: readUrl("EDGE_URL", env.EDGE_URL || "http://127.0.0.1:8080", ["http:", "https:"]),
    replicaId: readReplicaId(env.REPLICA_ID || randomUUID()),
    redisUrl: env.REDIS_URL ? readUrl("REDIS_URL", env.REDIS_URL, ["redis:", "rediss:"]) : null,
    host: env.HOST || "127.0.0.1",
    operationsPort: readPort("OPERATIONS_PORT", env.OPERATIONS_PORT || "9100"),
    trustedProxies: readProxies(env.TRUSTED_PROXIES ?? ""),
    tcp: {
      ports: (env.TCP_PORTS || "7001,7002").split(",").map((port) => readPort("TCP_PORTS", port.trim())),
      connectionsMax: readInteger("TCP_CONNECTIONS_MAX", env.TCP_CONNECTIONS_MAX || "10000", 1),
      connectionsPerAddress: readInteger("CONNECTIONS_PER_ADDRESS", env.CONNECTIONS_PER_ADDRESS || "10000", 1),
      connectsPerAddress: readInteger("CONNECTS_PER_ADDRESS", env.CONNECTS_PER_ADDRESS || "2000", 1),
      framesPerAddress: readInteger("FRAMES_PER_ADDRESS", env.FRAMES_PER_ADDRESS || "100000", 1),
    },
    grpc: {
      authPort: readPort("GRPC_AUTH_PORT", env.GRPC_AUTH_PORT || "50051"),
      gatewayPort: readPort("GRPC_GATEWAY_PORT", env.GRPC_GATEWAY_PORT || "50052"),
      chatroomPort: readPort("GRPC_CHATROOM_PORT", env.GRPC_CHATROOM_PORT || "50053"),
      chatPort: readPort("GRPC_CHAT_PORT", env.GRPC_CHAT_PORT || "50054"),
    },
  };
}

function readPort(name: string, text: string): number {
  const port = readInteger(name, text, 0);
  if (port > PORT_MAX) throw new Error(`${name} must be at most ${PORT_MAX}, got ${port}`);
  return port;
}

/** Each service reads it again: what cannot be read must end the start before anything listens. */
function readProxies(text: string): string {
  readTrustedProxies(text);
  return text;
}

function readReplicaId(text: string): string {
  if (!REPLICA_ID.test(text)) throw new Error("REPLICA_ID must have 1 to 64 letters, digits, - or _");
  return text;
}

/** The address is not repeated: it may hold a password. */
function readUrl(name: string, text: string, protocols: readonly string[]): string {
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new Error(`${name} must be an address that begins with ${protocols.join("// or ")}//`);
  }
  return text;
}
