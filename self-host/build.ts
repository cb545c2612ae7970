import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type FormName, type FormWorker, forms } from "./forms.ts";
import { wrangler } from "./wrangler.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Builds the site and every worker of these forms into dist/. Throws with the tool's own words. */
export async function build(names: readonly FormName[]): Promise<void> {
  await runNode("the site", [join(root, "scripts", "build-site.mjs")]);
  await Promise.all(names.flatMap((name) => forms[name]).map(buildWorker));
}

async function buildWorker({ config, dir, environment = "" }: FormWorker): Promise<void> {
  const outdir = join(root, "dist", dir);
  rmSync(outdir, { recursive: true, force: true });
  const target = ["--config", join(root, config), "--env", environment, "--outdir", outdir];
  await runNode(`the worker of ${config}`, [wrangler.path, "deploy", "--dry-run", ...target]);
}

async function runNode(what: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, ...wrangler.env, FORCE_COLOR: "0" };
  try {
    await run(process.execPath, [...args], { cwd: root, env, maxBuffer: OUTPUT_BYTES_MAX });
  } catch (error) {
    throw new Error(`${what} did not build:\n${outputOf(error)}`, { cause: error });
  }
}

function outputOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stdout = "", stderr = "" } = error as Error & { readonly stdout?: string; readonly stderr?: string };
  return `${stdout}${stderr}`.trim() || error.message;
}
