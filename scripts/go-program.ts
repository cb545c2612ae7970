import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TOOLS } from "./python-packages.ts";

/** Where a program of this project that is written in Go was built, or why it was not. */
export type GoProgram = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly reason: string };

/** Builds a folder of Go into .tools under a name, once for each version of it. What it needs is pinned by its go.sum. */
export function ensureGoProgram(name: string, source: string): GoProgram {
  const hash = createHash("sha256");
  for (const file of ["main.go", "go.mod", "go.sum"]) hash.update(readFileSync(join(source, file)));
  const path = join(TOOLS, `${name}-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(path)) return { ok: true, path };
  if (spawnSync("go", ["version"]).status !== 0) return { ok: false, reason: "there is no Go" };
  console.error(`Building ${name}, once ...`);
  mkdirSync(TOOLS, { recursive: true });
  const aside = `${path}.${process.pid}`;
  try {
    execFileSync("go", ["build", "-o", aside, "."], { cwd: source, stdio: "pipe" });
  } catch (error) {
    return { ok: false, reason: `go build failed (${String(error).trim().split("\n").at(-1)})` };
  }
  for (const old of globSync(`${name}-????????????`, { cwd: TOOLS })) rmSync(join(TOOLS, old));
  renameSync(aside, path);
  return { ok: true, path };
}
