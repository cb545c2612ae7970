import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toChildEnv } from "../self-host/child.ts";

const root = join(import.meta.dirname, "..");
const SOURCE = join(root, "deploy", "check");
const TOOLS = join(root, ".tools");

/** Where the parsers of deploy/check are, or why there are none. */
export type DeployCheck =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string };

/** Builds deploy/check with Go into .tools, once for each version of it. What it needs is pinned by its go.sum. */
export function ensureDeployCheck(): DeployCheck {
  const hash = createHash("sha256");
  for (const name of ["main.go", "go.mod", "go.sum"]) hash.update(readFileSync(join(SOURCE, name)));
  const path = join(TOOLS, `deploy-check-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(path)) return { ok: true, path };
  if (spawnSync("go", ["version"]).status !== 0) return { ok: false, reason: "there is no Go" };
  console.error("Building the check of deploy/, once ...");
  mkdirSync(TOOLS, { recursive: true });
  const aside = `${path}.${process.pid}`;
  try {
    execFileSync("go", ["build", "-o", aside, "."], { cwd: SOURCE, stdio: "pipe" });
  } catch (error) {
    return { ok: false, reason: `go build failed (${String(error).trim().split("\n").at(-1)})` };
  }
  for (const old of globSync("deploy-check-????????????", { cwd: TOOLS })) rmSync(join(TOOLS, old));
  renameSync(aside, path);
  return { ok: true, path };
}

/** The compose file as Compose v2 understands it. Throws with its words when it does not. */
export function readCompose(check: string, file: string, envFile: string): unknown {
  return JSON.parse(run(check, ["compose", join(root, file), join(root, envFile)], ""));
}

/** Throws with Prometheus's words and the expression when one of them is none. */
export function checkExpressions(check: string, expressions: readonly string[]): void {
  run(check, ["promql"], expressions.join("\n"));
}

function run(check: string, args: readonly string[], input: string): string {
  // The tool's answer must not depend on what the caller's environment sets.
  const { status, stdout, stderr } = spawnSync(check, args, {
    input,
    encoding: "utf8",
    env: toChildEnv({}),
    maxBuffer: 16 << 20,
  });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout;
}
