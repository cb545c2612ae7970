import { readTrustedProxies } from "../../contracts/addresses.ts";
import { limits } from "../../contracts/limits.ts";
import { fail } from "../../contracts/reply.ts";
import type { Edge } from "../edge/edge.ts";
import type { OriginService } from "../origin-service.ts";
import type { Attendance } from "../redis/attendance.ts";
import type { GrpcSettings } from "../settings.ts";
import { type ContractServer, startContractServer } from "./contract-server.ts";
import { contracts } from "./contracts.ts";
import { createEdgeCalls } from "./edge-calls.ts";
import { EventStreams } from "./event-streams.ts";

/** What the gRPC services need. */
export type GrpcNeeds = {
  readonly edge: Edge;
  readonly attendance: Attendance;
  readonly edgeUrl: string;
  readonly originToken: string;
  readonly settings: GrpcSettings;
  /** TRUSTED_PROXIES. */
  readonly trustedProxies: string;
  readonly host: string;
};

const restarts = fail("unavailable", "the server restarts: subscribe again with after_seq");

/** Serves the four contracts as native gRPC, each on its port. Rejects when a port cannot be had. [NG1] */
export async function createGrpcService(needs: GrpcNeeds): Promise<OriginService> {
  const { edge, attendance, edgeUrl, originToken, settings, trustedProxies, host } = needs;
  const calls = createEdgeCalls({ edgeUrl, originToken, trusted: readTrustedProxies(trustedProxies) });
  const streams = new EventStreams();
  const parts = { edge, attendance, calls, streams };
  const servers = await Promise.all(
    contracts.map((contract) => startContractServer(contract, parts, host, settings[contract.port])),
  );
  const setServing = (serving: boolean) => {
    for (const server of servers) server.setServing(serving);
  };
  const stopWatching = edge.onChange(() => setServing(edge.isUp));
  setServing(edge.isUp);
  let drained: Promise<void> | null = null;

  async function drain(): Promise<void> {
    stopWatching();
    setServing(false);
    streams.close(restarts);
    await shutDown(servers);
    calls.close();
  }
  return {
    ports: Object.fromEntries(servers.map(({ name, port }) => [name, port])),
    drain: () => (drained ??= drain()),
  };
}

/** Calls under way are answered, for DRAIN_MS_MAX at most. [NG15] */
async function shutDown(servers: readonly ContractServer[]): Promise<void> {
  const timer = setTimeout(() => {
    for (const server of servers) server.kill();
  }, limits.DRAIN_MS_MAX);
  await Promise.all(servers.map((server) => server.shutDown()));
  clearTimeout(timer);
}
