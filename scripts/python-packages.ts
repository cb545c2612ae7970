import { execFile, type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where tools are that a run installed by itself. Git does not know it. */
export const TOOLS = join(import.meta.dirname, "../.tools");
const ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.cache_tag)";

export type Missing = { readonly ok: false; readonly reason: string };
type Version = readonly [major: number, minor: number];
type Python = { readonly ok: true; readonly name: string; readonly said: string };
/** A tool that PyPI has: its name here, the file that pins it with all that it needs, and the Python that it asks for. */
export type PythonTool = {
  readonly name: string;
  readonly requirements: string;
  readonly pythonMin: Version;
  readonly options?: readonly string[];
};
/** Where the packages are, and the interpreter that they were installed with. */
export type Installed = { readonly ok: true; readonly folder: string; readonly python: string };

/** Whether an interpreter that said this of itself is new enough; when not, why. */
export function judgePython(said: string, [majorMin, minorMin]: Version): string | null {
  const [version = ""] = said.trim().split(" ");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return null;
  return `Python ${majorMin}.${minorMin} or newer is needed, and here is ${version === "" ? "none" : version}`;
}

/** Finds the tool in .tools, or installs what its file pins, once for each version of that file and of Python. */
export async function ensurePythonTool(tool: PythonTool): Promise<Installed | Missing> {
  const python = findPython(tool.pythonMin);
  if (!python.ok) return python;
  const pins = createHash("sha256").update(readFileSync(tool.requirements)).update(python.said);
  const folder = join(TOOLS, `${tool.name}-${pins.digest("hex").slice(0, 12)}`);
  if (!existsSync(folder)) {
    const reason = await install(tool, python.name, folder);
    if (reason !== null) return { ok: false, reason };
  }
  // By this name hypothesis knows a library, whose constants it need not collect: that takes 10 s.
  return { ok: true, folder: join(folder, "site-packages"), python: python.name };
}

function findPython(min: Version): Python | Missing {
  const found = ["python3", "python"].map((name) => ({ name, said: output(spawnSync(name, ["-c", ASK_VERSION])) }));
  const good = found.find(({ said }) => judgePython(said, min) === null);
  if (good !== undefined) return { ok: true, ...good };
  return { ok: false, reason: judgePython(found.find(({ said }) => said !== "")?.said ?? "", min) ?? "" };
}

function output({ status, stdout }: SpawnSyncReturns<Buffer>): string {
  return status === 0 ? stdout.toString() : "";
}

/** Takes effect whole or not at all: what is under its name is complete. Answers why it could not be done. */
async function install(tool: PythonTool, python: string, folder: string): Promise<string | null> {
  console.error(`Installing ${tool.name}, once ...`);
  mkdirSync(TOOLS, { recursive: true });
  const target = mkdtempSync(join(TOOLS, "installing-"));
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
  // Wheels only: what is installed runs no code of its own here.
  const what = ["--only-binary", ":all:", "--target", join(target, "site-packages"), "-r", tool.requirements];
  try {
    await promisify(execFile)(python, [...pip, ...what, ...(tool.options ?? [])]);
    putInPlace(tool.name, target, folder);
    return null;
  } catch (error) {
    if (existsSync(folder)) return null; // another run put it there meanwhile
    const said = String(error).trim().split("\n").at(-1) ?? "";
    return `pip could not install ${tool.name} (${said})`;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** Another run may have been quicker, and uses what it installed. */
function putInPlace(name: string, target: string, folder: string): void {
  if (existsSync(folder)) return;
  for (const old of globSync(`${name}-*`, { cwd: TOOLS })) rmSync(join(TOOLS, old), { recursive: true });
  renameSync(target, folder);
}
