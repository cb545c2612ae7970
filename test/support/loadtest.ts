import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Run } from "../../loadtest/model/run.ts";
import { withoutVariables } from "../../loadtest/run/variables.ts";

const root = join(import.meta.dirname, "../..");

/** What a load test left: how it ended, what it said, and its run.json, or null where no run was made. */
export type Ended = { readonly exitCode: number | null; readonly said: string; readonly run: Run | null };
type Wish = {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether npm starts it, as a person does. */
  readonly byNpm?: boolean;
  /** The test's: what it does not wait for any longer is ended. */
  readonly signal: AbortSignal;
};

/** Runs the load test's command to its end. It keeps its run in a folder of its own, which is deleted. */
export async function loadtest({ args, env = {}, byNpm = false, signal }: Wish): Promise<Ended> {
  const out = mkdtempSync(join(tmpdir(), "edgechat-loadtest-"));
  try {
    const command = byNpm ? ["npm", "run", "--silent", "loadtest", "--"] : [process.execPath, "loadtest/start.ts"];
    const { exitCode, said } = await run([...command, ...args, "--out", out], env, signal);
    const [file] = globSync("*/run.json", { cwd: out });
    return { exitCode, said, run: file === undefined ? null : JSON.parse(readFileSync(join(out, file), "utf8")) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

async function run(
  [command = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
) {
  const clean = withoutVariables(process.env) as NodeJS.ProcessEnv;
  const child = spawn(command, args, { cwd: root, env: { ...clean, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  signal.addEventListener("abort", end);
  const [out, error, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  process.off("exit", end);
  return { exitCode: exitCode === null ? null : Number(exitCode), said: out + error };
}
