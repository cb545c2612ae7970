import { execFile, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");
const REQUIREMENTS = join(root, "test/api/requirements.txt");
const TOOLS = join(root, ".tools");
/** By this name hypothesis knows a library, whose constants it need not collect: that takes 10 s. */
const PACKAGES = "site-packages";
/** What the pinned schemathesis asks for. */
const PYTHON_MIN = [3, 11] as const;
const ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.cache_tag)";

/** How to run schemathesis: a command to which arguments are added, and the environment that it needs beside its own. */
export type Schemathesis = {
  readonly ok: true;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
};
type Missing = { readonly ok: false; readonly reason: string };
type Python = { readonly ok: true; readonly name: string; readonly said: string };

/** Whether an interpreter that said this of itself can run schemathesis; when not, why. */
export function judgePython(said: string): string | null {
  const [version = ""] = said.trim().split(" ");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin, minorMin] = PYTHON_MIN;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return null;
  return `Python ${majorMin}.${minorMin} or newer is needed, and here is ${version === "" ? "none" : version}`;
}

/** What a run without the tool is: a failure where CI is set, elsewhere a test that was skipped and says so. */
export function withoutSchemathesis(
  reason: string,
  ci: string | undefined,
): { readonly fails: boolean; readonly message: string } {
  const message = `NOT CHECKED: the answers of the API against its OpenAPI document, because ${reason}.`;
  return { fails: ci !== undefined && ci !== "" && ci !== "false" && ci !== "0", message };
}

/** Finds schemathesis in .tools, or installs what test/api/requirements.txt pins, once for each version of it and of Python. */
export async function ensureSchemathesis(): Promise<Schemathesis | Missing> {
  const python = findPython();
  if (!python.ok) return python;
  const pinned = createHash("sha256").update(readFileSync(REQUIREMENTS)).update(python.said).digest("hex").slice(0, 12);
  const folder = join(TOOLS, `schemathesis-${pinned}`);
  if (!existsSync(folder)) {
    const reason = await install(python.name, folder);
    if (reason !== null) return { ok: false, reason };
  }
  const path = [join(folder, PACKAGES), process.env.PYTHONPATH]
    .filter((part) => part !== undefined && part !== "")
    .join(delimiter);
  // Its tables of Unicode take a while to make: kept from run to run, and no example is.
  const env = { PYTHONPATH: path, HYPOTHESIS_STORAGE_DIRECTORY: join(TOOLS, "hypothesis") };
  return { ok: true, command: [python.name, "-m", "schemathesis.cli"], env };
}

function findPython(): Python | Missing {
  const found = ["python3", "python"].map((name) => ({ name, said: output(spawnSync(name, ["-c", ASK_VERSION])) }));
  const good = found.find(({ said }) => judgePython(said) === null);
  if (good !== undefined) return { ok: true, ...good };
  return { ok: false, reason: judgePython(found.find(({ said }) => said !== "")?.said ?? "") ?? "" };
}

function output({ status, stdout }: SpawnSyncReturns<Buffer>): string {
  return status === 0 ? stdout.toString() : "";
}

/** Takes effect whole or not at all: what is under its name is complete. Answers why it could not be done. */
async function install(python: string, folder: string): Promise<string | null> {
  console.error("Installing schemathesis, once ...");
  mkdirSync(TOOLS, { recursive: true });
  const target = mkdtempSync(join(TOOLS, "installing-"));
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  // Wheels only: what is installed runs no code of its own here.
  const what = ["--only-binary", ":all:", "--target", join(target, PACKAGES), "--requirement", REQUIREMENTS];
  try {
    await promisify(execFile)(python, [...pip, ...what]);
    putInPlace(target, folder);
    return null;
  } catch (error) {
    const said = String(error).trim().split("\n").at(-1) ?? "";
    return `pip could not install schemathesis (${said})`;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** Another run may have been quicker, and uses what it installed. */
function putInPlace(target: string, folder: string): void {
  if (existsSync(folder)) return;
  for (const old of globSync("schemathesis-*", { cwd: TOOLS })) rmSync(join(TOOLS, old), { recursive: true });
  renameSync(target, folder);
}
