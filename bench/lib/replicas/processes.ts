import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Product } from "../product.ts";

const root = join(import.meta.dirname, "../../..");

/** A replica of the origin: the ports of its services by name, and where its metrics are. */
export type Replica = {
  readonly ports: Readonly<Record<string, number>>;
  readonly operations: string;
  end(): Promise<void>;
};
type Ready = { readonly event?: string; readonly ports: string; readonly operations: number };

/** Starts a replica of one role on free ports against a product. Rejects, with what it said, when it ends instead. */
export async function startReplica(role: "tcp" | "grpc", { url, dataDir }: Product): Promise<Replica> {
  const ports = ["OPERATIONS", "GRPC_AUTH", "GRPC_GATEWAY", "GRPC_CHATROOM", "GRPC_CHAT"];
  const free = Object.fromEntries(ports.map((name) => [`${name}_PORT`, "0"]));
  const env = { ...process.env, ...free, TCP_PORTS: "0", EDGE_URL: url, DATA_DIR: dataDir, REDIS_URL: "" };
  const args = ["origin/start.ts", role];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  const end = ender(child);
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Replica>();
  const reader = createInterface(child.stdout);
  reader.on("line", (line) => {
    if (lines.length < 20) lines.push(line);
    const said = JSON.parse(line) as Ready;
    if (said.event !== "ready") return;
    const operations = `http://127.0.0.1:${said.operations}`;
    resolve({ ports: JSON.parse(said.ports) as Readonly<Record<string, number>>, operations, end });
  });
  reader.on("close", () => reject(new Error(`the replica ended:\n${lines.join("\n")}`)));
  return promise;
}

/** Starts the yardstick, a server of the `ws` package in a process of its own. */
export async function startYardstick(): Promise<{ readonly port: number; end(): Promise<void> }> {
  const child = fork(join(root, "bench/baselines/ws.ts"));
  const end = ender(child);
  const [port] = (await once(child, "message")) as [number];
  return { port, end };
}

function ender(child: ChildProcess): () => Promise<void> {
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  return async () => {
    process.off("exit", stop);
    const gone = once(child, "exit");
    stop();
    await gone;
  };
}
