import { Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { limits } from "../../contracts/limits.ts";
import { toServiceDefinition } from "./contract-definition.ts";
import type { Contract } from "./contracts.ts";
import type { GrpcParts } from "./parts.ts";
import { addReflection } from "./reflection.ts";

/** One contract on a port of its own, with health and reflection. */
export type ContractServer = {
  readonly name: string;
  readonly port: number;
  /** What grpc.health.v1 says, of the server and of the contract. */
  readonly setServing: (serving: boolean) => void;
  /** Takes nothing new, and resolves when the last call is answered. */
  readonly shutDown: () => Promise<void>;
  /** Ends what is left. */
  readonly kill: () => void;
};

const options: ServerOptions = {
  "grpc.max_receive_message_length": limits.RPC_REQUEST_BYTES_MAX,
  "grpc.max_send_message_length": -1,
  "grpc.max_concurrent_streams": limits.RPC_STREAMS_PER_CONNECTION_MAX,
  // A caller that vanished is noticed although nothing is written to it. [NG14]
  "grpc.keepalive_time_ms": limits.RPC_PING_MS,
  "grpc.keepalive_timeout_ms": limits.RPC_PONG_MS_MAX,
  "grpc.enable_channelz": 0,
};

/** Starts a contract's server on a host and a port, 0 for a free one. Rejects when the port cannot be had. */
export async function startContractServer(
  { name, service, handlers }: Contract,
  parts: GrpcParts,
  host: string,
  wishedPort: number,
): Promise<ContractServer> {
  const server = new Server(options);
  server.addService(toServiceDefinition(service), handlers(parts));
  const health = new HealthImplementation();
  health.addToServer(server);
  addReflection(server, service);
  const port = await bind(server, host.includes(":") ? `[${host}]:${wishedPort}` : `${host}:${wishedPort}`);
  return {
    name,
    port,
    setServing(serving) {
      for (const one of ["", service.typeName]) health.setStatus(one, serving ? "SERVING" : "NOT_SERVING");
    },
    shutDown: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
    kill: () => server.forceShutdown(),
  };
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}
