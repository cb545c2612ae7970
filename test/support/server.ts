import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Identity } from "../../contracts/identity.ts";
import { encodeToken, readTokenKeys } from "../../contracts/token.ts";
import { descendants } from "./process-tree.ts";

const root = join(import.meta.dirname, "../..");
const START_MS_MAX = 30_000;
/** EDGECHAT_BUNDLE tests another build than dist/. EDGECHAT_FORM is the Vitest project's: which deployment it tests. */
const { EDGECHAT_BUNDLE, EDGECHAT_FORM = "monolith" } = process.env;

/** The product as `npm start` runs it, on a data folder and a port of its own. */
export class Server {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess;
  readonly #listeners = new Set<(line: string) => void>();
  #output = "";

  private constructor(port: number, dataDir: string, env: Readonly<Record<string, string>>) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.dataDir = dataDir;
    this.#env = env;
    this.#child = this.#spawn();
  }

  /** Starts the built product and answers when it is ready. Settings are environment variables. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
    const dataDir = mkdtempSync(join(tmpdir(), "edgechat-product-"));
    const server = new Server(await freePort(), dataDir, settings);
    await server.ready();
    return server;
  }

  /** Resolves when storage and the supervisor say ready; rejects when the server ends instead, with what it said. */
  async ready(): Promise<void> {
    const endMs = Date.now() + START_MS_MAX;
    while (Date.now() < endMs) {
      if (this.#child.exitCode !== null) throw new Error(`the server ended:\n${this.#output}`);
      const answer = await fetch(`${this.url}/ready`).catch(() => null);
      if (answer?.ok && this.#output.includes('"event":"ready"')) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready within ${START_MS_MAX} ms:\n${this.#output}`);
  }

  /** The pid of workerd; a restart gives a new one. */
  get workerPid(): number {
    const worker = descendants(this.pid).find(({ name }) => name === "workerd");
    if (worker === undefined) throw new Error(`no workerd below the supervisor:\n${this.#output}`);
    return worker.pid;
  }

  /** The pid of the supervisor. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the server did not start");
    return this.#child.pid;
  }

  /** What the server logged since it started, but for its requests and calls: onLine tells those. */
  get output(): string {
    return this.#output;
  }

  /** Tells every line of the log from now on, until the function that it answers is called. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** kill -9 of the runtime alone; the supervisor restarts it. */
  killWorker(): void {
    process.kill(this.workerPid, "SIGKILL");
  }

  /** kill -9 of everything at once. What the kernel holds survives: this is no power cut. */
  async killAll(): Promise<void> {
    const pids = [this.pid, ...descendants(this.pid).map(({ pid }) => pid)];
    const gone = this.#gone();
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await gone;
  }

  /** Starts again on the same data and port, in the same form unless another is named. */
  async restart(form?: string): Promise<void> {
    this.#output = "";
    this.#child = this.#spawn(form);
    await this.ready();
  }

  /** Ends the server in order and leaves its data. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = this.#gone();
    this.#child.kill("SIGTERM");
    await gone;
  }

  /** Ends the server and deletes its data. */
  async stop(): Promise<void> {
    await this.end();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** A token such as the administrator's command makes from the secret. */
  operatorToken(): string {
    return this.sign({ kind: "operator" });
  }

  /** A token such as the origin opens its uplinks with. */
  originToken(): string {
    return this.sign({ kind: "origin" });
  }

  /** A token that bears the server's own signature, whatever it says. */
  sign(identity: Partial<Identity> & Pick<Identity, "kind">): string {
    const keys = readTokenKeys(readFileSync(join(this.dataDir, "token-keys"), "utf8").trim());
    const sessionId = crypto.randomUUID().replaceAll("-", "");
    return encodeToken({ userId: 0, sessionId, expiresAtMs: Date.now() + 300_000, ...identity }, keys);
  }

  async #gone(): Promise<void> {
    await once(this.#child, "exit");
  }

  #spawn(form = EDGECHAT_FORM): ChildProcess {
    const env = { ...process.env, ...this.#env, PORT: String(this.port), HOST: "127.0.0.1", DATA_DIR: this.dataDir };
    const build = EDGECHAT_BUNDLE === undefined ? ["--skip-build"] : ["--bundle", EDGECHAT_BUNDLE];
    const args = ["self-host/start.ts", "--form", form, ...build];
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => child.kill("SIGTERM"); // a test run that is broken off leaves no server behind
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        for (const listener of this.#listeners) listener(line);
        if (!/"event":"(request|call)"/.test(line)) this.#output += `${line}\n`;
      });
    }
    return child;
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
