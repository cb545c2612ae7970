import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodeToken, readTokenKeys } from "../../contracts/token.ts";
import { Child } from "./child.ts";

const root = join(import.meta.dirname, "../..");

/** The edge that a replica belongs to: a Server, or what stands in front of one. */
export type OriginEdge = { readonly url: string; readonly dataDir: string };
/** Settings beside the usual ones are environment variables. Without a redisUrl the replica has no outbox. */
export type OriginWish = {
  readonly edge: OriginEdge;
  readonly role?: "tcp" | "grpc" | "all";
  readonly redisUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
};
type Ready = { readonly replica: string; readonly ports: string; readonly operations: number };

/** One replica of the origin as `npm run origin` runs it, on ports of its own. */
export class Origin {
  /** Its name at the edge and in Redis. */
  readonly replica: string;
  /** Where it listens, by what listens there. */
  readonly ports: Readonly<Record<string, number>>;
  /** Where its health and its metrics are. */
  readonly operations: string;
  readonly #child: Child;

  constructor(child: Child, { replica, ports, operations }: Ready) {
    this.#child = child;
    this.replica = replica;
    this.ports = JSON.parse(ports) as Readonly<Record<string, number>>;
    this.operations = `http://127.0.0.1:${operations}`;
  }

  /** The TCP ports, in the order of the settings. */
  get tcp(): readonly number[] {
    return Object.entries(this.ports).flatMap(([name, port]) => (name.startsWith("tcp") ? [port] : []));
  }

  /** The port of a gRPC contract. */
  grpc(contract: "auth" | "gateway" | "chatroom" | "chat"): number {
    const found = Object.entries(this.ports).find(([name]) => name.endsWith(contract));
    if (found === undefined) throw new Error(`no ${contract} among ${JSON.stringify(this.ports)}`);
    return found[1];
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it logged so far. */
  get output(): string {
    return this.#child.output;
  }

  /** The first line of its log with this event, said already or still to come. */
  said(event: string): Promise<string> {
    return this.#child.line((line) => line.includes(`"event":"${event}"`), event);
  }

  /** SIGTERM: resolves when it has drained, or rejects when its exit code is not 0. */
  async stop(): Promise<void> {
    const { code, signal } = await this.#child.end();
    if (code !== 0) throw new Error(`the origin ended with ${code ?? signal}:\n${this.output}`);
  }

  /** Asks it to drain and does not wait. */
  drain(): void {
    this.#child.signal("SIGTERM");
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#child.end("SIGKILL");
  }

  /** A sample of its /metrics: the sum over all samples of that name with these labels. */
  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const text = await (await fetch(`${this.operations}/metrics`)).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const samples = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    const fitting = samples.filter((line) => wanted.every((label) => line.includes(label)));
    return fitting.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  }
}

/** Starts a replica on free ports and answers when it says that it is ready. */
export async function startOrigin(wish: OriginWish): Promise<Origin> {
  const child = spawnOrigin(wish);
  try {
    const line = await child.line((said) => said.includes('"event":"ready"'), "that it is ready");
    return new Origin(child, JSON.parse(line) as Ready);
  } catch (error) {
    await child.end("SIGKILL");
    throw error;
  }
}

/** The process alone, for a replica that is not expected to become ready. */
export function spawnOrigin({ edge, role = "all", redisUrl = "", env = {} }: OriginWish): Child {
  const ports = ["OPERATIONS", "GRPC_AUTH", "GRPC_GATEWAY", "GRPC_CHATROOM", "GRPC_CHAT"].map((name) => [
    `${name}_PORT`,
    "0",
  ]);
  return new Child({
    name: `the origin (${role})`,
    command: process.execPath,
    args: ["origin/start.ts", role],
    cwd: root,
    env: {
      ...Object.fromEntries(ports),
      TCP_PORTS: "0,0",
      HOST: "127.0.0.1",
      EDGE_URL: edge.url,
      DATA_DIR: edge.dataDir, // its token is made from the edge's own keys
      REDIS_URL: redisUrl,
      ...env,
    },
  });
}

/** A token such as `npm run admin -- origin-token` prints. */
export function originToken({ dataDir }: OriginEdge): string {
  const keys = readTokenKeys(readFileSync(join(dataDir, "token-keys"), "utf8").trim());
  const sessionId = crypto.randomUUID().replaceAll("-", "");
  return encodeToken({ userId: 0, sessionId, expiresAtMs: Date.now() + 300_000, kind: "origin" }, keys);
}
