import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { isTrusted, parseAddress, readTrustedProxies, type TrustedProxies } from "../../contracts/addresses.ts";
import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import { fail } from "../../contracts/reply.ts";
import type { OriginService } from "../origin-service.ts";
import type { TcpSettings } from "../settings.ts";
import { Admission } from "./admission.ts";
import type { Surroundings } from "./boarding.ts";
import { Connection } from "./connection.ts";
import { Heart } from "./heart.ts";
import { tcpMetrics } from "./metrics.ts";

export type TcpOptions = Surroundings & {
  readonly settings: TcpSettings;
  /** As in OriginSettings. */
  readonly trustedProxies: string;
  readonly host: string;
};

/** How long an idle connection's peer may be silent before the kernel asks for it; it is gone ten seconds later. [TC7] */
const KEEP_ALIVE_MS = 15_000;
/** How long clients go on being read after they were told that the replica stops. */
const DRAIN_NOTICE_MS = 500;

/** Listens for gochat's TCP clients on every port of the settings. Rejects when one of them is taken. */
export async function createTcpService(options: TcpOptions): Promise<OriginService> {
  const service = new TcpService(options);
  return service.listen(options.host, options.settings.ports);
}

class TcpService {
  readonly #around: Surroundings;
  readonly #admission: Admission;
  readonly #connectionsMax: number;
  readonly #proxies: TrustedProxies;
  readonly #connections = new Map<Socket, Connection>();
  readonly #heart = new Heart(this.#connections);
  #servers: readonly Server[] = [];
  #last = 0;
  #drained: Promise<void> | null = null;

  constructor({ edge, courier, attendance, settings, trustedProxies }: TcpOptions) {
    this.#around = { edge, courier, attendance };
    this.#admission = new Admission(settings);
    this.#connectionsMax = settings.connectionsMax;
    this.#proxies = readTrustedProxies(trustedProxies);
  }

  async listen(host: string, ports: readonly number[]): Promise<OriginService> {
    this.#servers = ports.map(() => this.#createServer());
    try {
      await Promise.all(this.#servers.map((server, i) => listening(server, host, ports[i] ?? 0)));
    } catch (error) {
      for (const server of this.#servers) server.close();
      throw error;
    }
    this.#heart.start();
    const named = this.#servers.map((server, i) => [`tcp-${ports[i] || portOf(server)}`, portOf(server)]);
    return { ports: Object.fromEntries(named), drain: () => (this.#drained ??= this.#drain()) };
  }

  #createServer(): Server {
    // Half-open: what a client sent before it closed its side is still done and answered.
    const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
    return createServer(options, (socket) => this.#open(socket));
  }

  #open(socket: Socket): void {
    const peer = parseAddress(socket.remoteAddress ?? "");
    const isProxy = peer !== null && isTrusted(peer, this.#proxies);
    const name = `tcp-${++this.#last}`;
    const connection = new Connection({ socket, name, around: this.#around, admission: this.#admission, isProxy });
    this.#connections.set(socket, connection);
    tcpMetrics.connections.set(this.#connections.size);
    socket.on("close", () => {
      this.#connections.delete(socket);
      tcpMetrics.connections.set(this.#connections.size);
    });
    if (this.#connections.size > this.#connectionsMax) connection.refuse(fail("busy"), "the replica is full");
  }

  async #drain(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const connection of this.#connections.values()) connection.warn();
    await Promise.race([wait(DRAIN_NOTICE_MS), Promise.all(closed)]);
    for (const connection of this.#connections.values()) connection.drain();
    const deadline = setTimeout(() => {
      for (const connection of this.#connections.values()) connection.cut();
    }, limits.DRAIN_MS_MAX - DRAIN_NOTICE_MS);
    await Promise.all(closed);
    clearTimeout(deadline);
    this.#heart.stop();
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 4_096 }, () => {
      server.off("error", reject);
      server.on("error", (error) => log("error", "tcp server failed", { error: describeError(error) }));
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
