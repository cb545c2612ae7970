import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ensureK6 } from "../../loadtest/run/k6.ts";
import { withoutVariables } from "../../loadtest/run/variables.ts";

const root = join(import.meta.dirname, "../..");

/** How k6 ended, what it said, and how many of the script's checks held and did not. */
export type K6Ended = {
  readonly exitCode: number | null;
  readonly said: string;
  readonly checks: { readonly passes: number; readonly fails: number };
};
type Metrics = { readonly metrics: { readonly checks?: K6Ended["checks"] } };

/** Runs k6 on a script, named from the repository's root, without any command of ours. It sees these variables alone. */
export async function runK6(script: string, env: Readonly<Record<string, string>>): Promise<K6Ended> {
  const folder = mkdtempSync(join(tmpdir(), "edgechat-k6-"));
  try {
    const { path } = await ensureK6();
    const summary = join(folder, "summary.json");
    const own = { K6_NO_USAGE_REPORT: "true", K6_AUTO_EXTENSION_RESOLUTION: "false", ...env };
    const all: Readonly<Record<string, string>> = { ...withoutVariables(process.env), ...own };
    const child = spawn(path, ["run", "--quiet", "--no-color", `--summary-export=${summary}`, script], {
      cwd: root,
      env: all as NodeJS.ProcessEnv, // the types of the worker's vars do not bind children
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = () => child.kill("SIGKILL"); // a test run that is broken off leaves no load behind
    process.once("exit", end);
    const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    process.off("exit", end);
    return { exitCode: code === null ? null : Number(code), said: out + error, checks: readChecks(summary) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readChecks(summary: string): K6Ended["checks"] {
  const { metrics }: Metrics = existsSync(summary) ? JSON.parse(readFileSync(summary, "utf8")) : { metrics: {} };
  return { passes: metrics.checks?.passes ?? 0, fails: metrics.checks?.fails ?? 0 };
}
