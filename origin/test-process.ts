import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

type Line = { readonly event?: string; readonly ports?: string; readonly operations?: number };

/** Free ports, no Redis, and an edge that nobody answers for. */
const alone = {
  EDGE_URL: "http://127.0.0.1:9",
  ORIGIN_TOKEN: "no-token",
  REDIS_URL: "",
  OPERATIONS_PORT: "0",
  TCP_PORTS: "0,0",
  GRPC_AUTH_PORT: "0",
  GRPC_GATEWAY_PORT: "0",
  GRPC_CHATROOM_PORT: "0",
  GRPC_CHAT_PORT: "0",
};

/** A process of the origin, for the length of a test. */
export class TestProcess {
  readonly ended: Promise<number | null>;
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(
      process.execPath,
      [...args.slice(0, -1), join(import.meta.dirname, "start.ts"), ...args.slice(-1)],
      {
        env: { ...process.env, ...alone, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    this.#child = child;
    this.ended = once(child, "exit").then(([code]) => code as number | null);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    createInterface({ input: child.stderr }).on("line", (line) => this.lines.push(line));
  }

  /** The next line of its log with this event. */
  async said(event: string): Promise<Line> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`it ended without "${event}": ${this.lines.join("\n")}`);
      this.lines.push(value);
      const line = JSON.parse(value) as Line;
      if (line.event === event) return line;
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}
