import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureServer } from "../../scripts/server-binaries.ts";
import { Child } from "./child.ts";
import { freePort } from "./server.ts";

/** Memory as a folder, where there is one: what a test kills is a process, and a busy disk is no part of its rule. */
const MEMORY = "/dev/shm";

/** A real Redis on a folder and a port of its own, which answers a write when it is in its file, as the origin asks. */
export class Redis {
  readonly url: string;
  readonly port: number;
  readonly #path: string;
  readonly #folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "edgechat-redis-"));
  #child: Child | undefined;

  constructor(path: string, port: number) {
    this.#path = path;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** Starts it, or starts it again on the same data and port. */
  async start(): Promise<void> {
    const kept = ["--dir", this.#folder, "--appendonly", "yes", "--appendfsync", "always", "--save", ""];
    const args = ["--port", `${this.port}`, "--bind", "127.0.0.1", ...kept];
    this.#child = new Child({ name: "redis-server", command: this.#path, args });
    await this.#child.line((line) => line.includes("Ready to accept connections"), "that it is ready");
  }

  /** Ends it in order; start() finds its data. */
  async stop(): Promise<void> {
    await this.#child?.end();
  }

  /** kill -9; start() finds what it had answered. */
  async kill(): Promise<void> {
    await this.#child?.end("SIGKILL");
  }

  /** It hangs: connections stay open and nothing is answered, until resume(). */
  pause(): void {
    this.#child?.signal("SIGSTOP");
  }

  resume(): void {
    this.#child?.signal("SIGCONT");
  }

  /** Ends it and deletes its data. */
  async remove(): Promise<void> {
    this.resume();
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A new Redis that is ready. Rejects when none can be had: ask systemPart() first. */
export async function startRedis(): Promise<Redis> {
  const found = await ensureServer("redis");
  if (!found.ok) throw new Error(found.reason);
  const redis = new Redis(found.path, await freePort());
  await redis.start();
  return redis;
}
