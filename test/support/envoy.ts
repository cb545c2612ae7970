import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toNativeEnvoyConfig } from "../../scripts/envoy-config.ts";
import { ensureServer } from "../../scripts/server-binaries.ts";
import { Child } from "./child.ts";
import type { Origin } from "./origin.ts";

const SHIPPED = join(import.meta.dirname, "../../deploy/envoy.yaml");
const contracts = ["auth", "gateway", "chatroom", "chat"] as const;
const listeners = [...contracts, "tcp-7001", "tcp-7002"] as const;
type Listener = (typeof listeners)[number];

/** Envoy with the configuration that is shipped, in front of replicas on this machine. */
export class Envoy {
  /** Where its admin interface is. */
  readonly admin: string;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #child: Child;
  readonly #folder: string;

  constructor(child: Child, folder: string, admin: string, ports: ReadonlyMap<string, number>) {
    this.#child = child;
    this.#folder = folder;
    this.admin = admin;
    this.#ports = ports;
  }

  /** The port of a listener of deploy/envoy.yaml, by its name there. */
  port(listener: Listener): number {
    const port = this.#ports.get(listener);
    if (port === undefined) throw new Error(`Envoy has no listener ${listener}`);
    return port;
  }

  /** A number of its own statistics. */
  async stat(name: string): Promise<number> {
    const text = await (await fetch(`${this.admin}/stats?filter=^${name}$`)).text();
    return Number(text.trim().split(": ").at(-1));
  }

  /** How many replicas of a cluster it holds for healthy. */
  healthy(cluster: Listener): Promise<number> {
    return this.stat(`cluster.${cluster}.membership_healthy`);
  }

  /** How many requests it gave each replica of a cluster, by the replica's address. */
  async requests(cluster: Listener): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(`${this.admin}/clusters`)).text();
    const lines = text.matchAll(/^(.+?)::(.+?)::rq_total::(\d+)$/gm);
    return new Map(
      [...lines].flatMap(([, name, address, count]) => (name === cluster ? [[`${address}`, Number(count)]] : [])),
    );
  }

  async stop(): Promise<void> {
    await this.#child.end("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts Envoy on free ports and answers when it holds every replica for healthy. */
export async function startEnvoy(replicas: { readonly tcp: readonly Origin[]; readonly grpc: readonly Origin[] }) {
  const found = await ensureServer("envoy");
  if (!found.ok) throw new Error(found.reason);
  const folder = mkdtempSync(join(tmpdir(), "edgechat-envoy-"));
  const [config, adminFile] = [join(folder, "envoy.json"), join(folder, "admin")];
  writeFileSync(config, toConfig(replicas));
  const args = ["-c", config, "--disable-hot-restart", "--admin-address-path", adminFile, "-l", "warning"];
  const child = new Child({ name: "envoy", command: found.path, args: [...args, "--concurrency", "1"] });
  const admin = await until(child, () => `http://${readFileSync(adminFile, "utf8")}`);
  const ports = await until(child, () => readPorts(admin));
  const envoy = new Envoy(child, folder, admin, ports);
  await until(child, async () => {
    for (const name of contracts) if ((await envoy.healthy(name)) < replicas.grpc.length) throw new Error(name);
    if ((await envoy.healthy("tcp-7001")) < replicas.tcp.length) throw new Error("tcp-7001");
  });
  return envoy;
}

function toConfig({ tcp, grpc }: Parameters<typeof startEnvoy>[0]): string {
  const healthPort = ({ operations }: Origin) => Number(new URL(operations).port);
  const tcpCluster = (i: number) => tcp.map((one) => ({ port: one.tcp[i] ?? 0, healthPort: healthPort(one) }));
  return toNativeEnvoyConfig(readFileSync(SHIPPED, "utf8"), {
    adminPort: 0,
    listeners: Object.fromEntries(listeners.map((name) => [name, 0])),
    clusters: {
      ...Object.fromEntries(contracts.map((name) => [name, grpc.map((one) => ({ port: one.grpc(name) }))])),
      "tcp-7001": tcpCluster(0),
      "tcp-7002": tcpCluster(1),
    },
  });
}

async function readPorts(admin: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${admin}/listeners`)).text();
  const found = [...text.matchAll(/^(.+)::127\.0\.0\.1:(\d+)$/gm)];
  if (found.length < listeners.length) throw new Error(`not every listener is there: ${text}`);
  return new Map(found.map(([, name, port]) => [`${name}`, Number(port)]));
}

/** Asks again and again until there is an answer; rejects, with what Envoy said, when it ended or is late. */
async function until<T>(child: Child, ask: () => T | Promise<T>): Promise<T> {
  const endMs = Date.now() + 15_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (child.isUp && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 50));
      else throw new Error(`envoy: ${String(error)}\n${child.output}`);
    }
  }
}
