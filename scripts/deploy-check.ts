import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { toChildEnv } from "../self-host/child.ts";
import { ensureGoProgram, type GoProgram } from "./go-program.ts";

const root = join(import.meta.dirname, "..");

/** Builds the parsers of deploy/check. */
export function ensureDeployCheck(): GoProgram {
  return ensureGoProgram("deploy-check", join(root, "deploy", "check"));
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
