import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const READY_MS_MAX = 30_000;
const END_MS_MAX = 30_000;

type Program = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
};
/** How a process ended. */
export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A process of the system under test whose lines are read. It does not outlive the test run. */
export class Child {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #listeners = new Set<(line: string) => void>();
  #lines: string[] = [];
  #isOver = false;

  constructor({ name, command, args, env = {}, cwd }: Program) {
    this.#name = name;
    const options = { env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) };
    this.#child = spawn(command, [...args], { ...options, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = this.#watch();
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface(stream).on("line", (line) => this.#hear(line));
    }
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} did not start`);
    return this.#child.pid;
  }

  /** Whether it still runs. */
  get isUp(): boolean {
    return !this.#isOver;
  }

  /** Everything it said so far. */
  get output(): string {
    return this.#lines.join("\n");
  }

  /** Tells every line from now on, until the function that it answers is called. */
  onLine(listener: (line: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The first line that fits, said already or still to come. Rejects, with what was said, when the process ends instead. */
  async line(fits: (line: string) => boolean, label: string): Promise<string> {
    const said = this.#lines.find(fits);
    if (said !== undefined) return said;
    const { promise, resolve } = Promise.withResolvers<string>();
    const forget = this.onLine((line) => fits(line) && resolve(line));
    const late = AbortSignal.timeout(READY_MS_MAX);
    try {
      const nothing = Promise.race([this.ended, once(late, "abort")]).then(() => null);
      const line = await Promise.race([promise, nothing]);
      if (line === null) throw new Error(`${this.#name} did not say ${label}:\n${this.output}`);
      return line;
    } finally {
      forget();
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it and answers how it ended. One that does not end is killed, and that is an error. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<Ending> {
    if (!this.#isOver) this.signal(signal);
    const late = once(AbortSignal.timeout(END_MS_MAX), "abort").then(() => null);
    const ending = await Promise.race([this.ended, late]);
    if (ending !== null) return ending;
    this.signal("SIGKILL");
    throw new Error(`${this.#name} did not end on ${signal}:\n${this.output}`);
  }

  async #watch(): Promise<Ending> {
    const kill = () => this.#child.kill("SIGKILL"); // a test run that is broken off leaves nothing behind
    process.once("exit", kill);
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.#child.once("error", (error) => {
      this.#lines.push(String(error));
      resolve({ code: null, signal: null });
    });
    this.#child.once("close", (code, signal) => resolve({ code, signal }));
    const ending = await promise;
    this.#isOver = true;
    process.off("exit", kill);
    return ending;
  }

  #hear(line: string): void {
    this.#lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }
}
