import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Schemathesis } from "../../scripts/schemathesis.ts";

export type Asked = { readonly url: string; readonly token: string; readonly options: readonly string[] };
/** What a run found: what schemathesis said if anything was wrong, and the operations that answered a success. */
export type Found = { readonly faults: string; readonly accepted: readonly string[] };

type Counts = Readonly<Record<string, { readonly accepted: number }>>;
type Report = { readonly valid_rates: Readonly<Record<string, Counts>> };

/** Runs schemathesis against the document that a server serves, as the user whose token it is. */
export async function runSchemathesis(schemathesis: Schemathesis, asked: Asked): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "edgechat-api-"));
  try {
    const reportFile = join(folder, "report.json");
    const { exitCode, output } = await run(schemathesis, asked, reportFile);
    if (!existsSync(reportFile)) throw new Error(`schemathesis did not run:\n${output}`);
    const report: Report = JSON.parse(readFileSync(reportFile, "utf8"));
    const accepted = Object.entries(report.valid_rates).filter(([, phases]) => isAccepted(phases));
    return { faults: exitCode === 0 ? "" : output, accepted: accepted.map(([name]) => name) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run({ command, env }: Schemathesis, { url, token, options }: Asked, report: string) {
  const [python, ...args] = command;
  const config = ["--config-file", join(import.meta.dirname, "schemathesis.toml"), "--no-color"];
  const what = ["run", `${url}/api/v1/openapi.json`, "--report", "json", "--report-json-path", report, ...options];
  const child = spawn(python, [...args, ...config, ...what], {
    // The token is no argument: those are every user's to read.
    env: {
      ...process.env,
      ...env,
      SCHEMATHESIS_HOOKS: join(import.meta.dirname, "hooks.py"),
      API_URL: url,
      API_TOKEN: token,
      COLUMNS: "120",
    },
    cwd: join(report, ".."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // It computes without a pause: other tests, which wait for what they test, go first.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const end = () => child.kill("SIGTERM");
  process.once("exit", end);
  const [out, error, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  process.off("exit", end);
  return { exitCode: Number(exitCode ?? 1), output: out + error };
}

function isAccepted(phases: Counts): boolean {
  return Object.values(phases).some(({ accepted }) => accepted > 0);
}
