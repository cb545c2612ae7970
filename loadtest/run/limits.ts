import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../../bench/lib/machine.ts";
import { readInteger } from "../../contracts/settings.ts";
import type { K6Summary } from "../model/step-report.ts";
import { RUNS } from "./arguments.ts";
import { CannotRunError, ExitCode, UsageError } from "./failures.ts";
import { type KeptLimits, keepLimits } from "./generator-limits.ts";
import { onInterruption } from "./interruption.ts";
import { ensureK6 } from "./k6.ts";
import { ensureRan, K6Files, startK6 } from "./k6-process.ts";
import type { K6 } from "./k6-version.ts";

const MARK = "limits";
/** The server that does nothing has begun to listen by then, or never will. */
const LISTENS_MS_MAX = 30_000;
type LimitsOptions = { readonly seconds: number; readonly out: string };

/** `limits [--seconds N] [--out FOLDER]`: measures what k6 reaches here, keeps it, and says it. Answers the exit code. */
export async function limitsCommand(args: readonly string[]): Promise<number> {
  const { seconds, out } = readLimitsArguments(args);
  const k6 = await ensureK6();
  const machine = describeMachine();
  const limits: KeptLimits = { ...(await measureLimits(k6, seconds)), machine, k6: k6.version };
  keepLimits(out, limits);
  console.log(`${k6.version} on ${machine.cores} cores, beside a server that does nothing:`);
  console.log(`  ${limits.httpPerSecond} HTTP requests/s`);
  console.log(`  ${limits.deliveriesPerSecond} checked deliveries/s`);
  return ExitCode.pass;
}

/** Runs the script of limits against the server that does nothing, each of its two loads for so many seconds. */
export async function measureLimits(k6: K6, seconds: number): Promise<Omit<KeptLimits, "machine" | "k6">> {
  const folder = mkdtempSync(join(tmpdir(), "edgechat-limits-"));
  const server = fork(join(import.meta.dirname, "null-server.ts"), [MARK]);
  try {
    const { metrics } = await runScript(k6, folder, seconds, await portOf(server));
    const perSecond = (name: string) => Math.round(Number(metrics[name]?.count ?? 0) / seconds);
    return { httpPerSecond: perSecond("limit_requests"), deliveriesPerSecond: perSecond("limit_deliveries") };
  } finally {
    server.disconnect();
    rmSync(folder, { recursive: true });
  }
}

async function runScript(k6: K6, folder: string, seconds: number, port: number): Promise<K6Summary> {
  const url = `http://127.0.0.1:${port}`;
  const variables = { API_BASE_URL: url, LOADTEST_RUN: MARK, LIMITS_SECONDS: String(seconds) };
  const tool = { k6, file: "lib/generator-limits.ts", folder, testId: MARK, live: null, dashboard: false };
  const { signal, forget } = onInterruption();
  const load = await startK6({ ...tool, variables });
  signal.addEventListener("abort", load.stop, { once: true });
  if (signal.aborted) load.stop();
  ensureRan(await load.ended.finally(forget), folder);
  if (signal.aborted) throw new CannotRunError("limits was ended before it was over: nothing is kept");
  return JSON.parse(readFileSync(join(folder, K6Files.summary), "utf8")) as K6Summary;
}

async function portOf(server: ChildProcess): Promise<number> {
  const [port] = (await once(server, "message", { signal: AbortSignal.timeout(LISTENS_MS_MAX) })) as [number];
  return port;
}

function readLimitsArguments(args: readonly string[]): LimitsOptions {
  const options = { seconds: { type: "string", default: "5" }, out: { type: "string", default: RUNS } } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    return { seconds: readInteger("--seconds", values.seconds, 1), out: resolve(values.out) };
  } catch (error) {
    throw new UsageError(`limits: ${error instanceof Error ? error.message : String(error)}`);
  }
}
