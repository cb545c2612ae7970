import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** Builds the site into dist/site and the production worker into dist/worker. Throws with the tool's own words. */
export async function build(): Promise<void> {
  await runNode("the site", [join(root, "scripts", "build-site.mjs")]);
  const outdir = join(root, "dist", "worker");
  rmSync(outdir, { recursive: true, force: true });
  const wrangler = join(root, "node_modules", "wrangler", "bin", "wrangler.js");
  await runNode("the worker", [wrangler, "deploy", "--dry-run", "--env", "production", "--outdir", outdir]);
}

async function runNode(what: string, args: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    FORCE_COLOR: "0",
  };
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
