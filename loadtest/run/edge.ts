import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "../../scripts/ensure-built.ts";
import { CannotRunError } from "./failures.ts";
import { startProgram } from "./program.ts";
import { untilReady } from "./ready.ts";

export type Form = "monolith" | "services";

/** How the product is started: what is set replaces the vars of wrangler.toml by name. */
export type EdgeOptions = {
  readonly form: Form;
  readonly settings?: Readonly<Record<string, string>>;
  /** Leaves the data folder where it is when the edge ends. */
  readonly keepData?: boolean;
};

/** The product in production form, on a data folder and a port of its own. */
export type Edge = {
  readonly form: Form;
  readonly url: string;
  readonly dataDir: string;
  /** The supervisor, below which the product's other processes are. */
  readonly pid: number;
  /** kill -9 of the runtime, once. Answers how many ms later the edge said that it is ready again; null: it did not. */
  kill(): Promise<number | null>;
  end(): Promise<void>;
};

/** The limits that are there against guessing: a load test makes all its attempts from one address. */
const RAISED = { ATTEMPTS_PER_ADDRESS: "1000000", ATTEMPTS_PER_NAME: "1000000" } as const;

type Ready = { readonly url: string; readonly workerdPid: number };

/** Starts the built product, which is built first when it is older than its source. Throws a CannotRunError. */
export async function startEdge({ form, settings = {}, keepData = false }: EdgeOptions): Promise<Edge> {
  const dataDir = mkdtempSync(join(tmpdir(), "edgechat-loadtest-"));
  const forget = () => {
    process.off("exit", forget);
    if (!keepData) rmSync(dataDir, { recursive: true, force: true });
  };
  process.once("exit", forget); // also when somebody is too impatient for an end in order
  const env = { ...RAISED, ...settings, HOST: "127.0.0.1", PORT: "0", DATA_DIR: dataDir };
  try {
    ensureBuilt();
    const program = await startProgram(["self-host/start.ts", "--form", form, "--skip-build"], env);
    const { url, workerdPid } = program.ready as Ready;
    const kill = () => killAndWait(url, workerdPid);
    const end = () => program.end().finally(forget);
    return { form, url, dataDir, pid: program.pid, kill, end };
  } catch (error) {
    forget();
    throw new CannotRunError(`the product did not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function killAndWait(url: string, pid: number): Promise<number | null> {
  const killedAtMs = Date.now();
  process.kill(pid, "SIGKILL");
  return await untilReady(url, killedAtMs);
}
