import { delimiter, join } from "node:path";
import { type MissingTool, withoutTool } from "./missing-tool.ts";
import { ensurePythonTool, type Missing, type PythonTool, TOOLS } from "./python-packages.ts";

const tool: PythonTool = {
  name: "schemathesis",
  requirements: join(import.meta.dirname, "../test/api/requirements.txt"),
  pythonMin: [3, 11],
};

/** How to run schemathesis: a command to which arguments are added, and the environment that it needs beside its own. */
export type Schemathesis = {
  readonly ok: true;
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
};

/** What a run without schemathesis is, and what it says. */
export function withoutSchemathesis(reason: string, ci: string | undefined): MissingTool {
  return withoutTool("the answers of the API against its OpenAPI document", reason, ci);
}

/** Finds schemathesis in .tools, or installs what test/api/requirements.txt pins. */
export async function ensureSchemathesis(): Promise<Schemathesis | Missing> {
  const installed = await ensurePythonTool(tool);
  if (!installed.ok) return installed;
  const { folder, python } = installed;
  const path = [folder, process.env.PYTHONPATH].filter((part) => part !== undefined && part !== "").join(delimiter);
  // Its tables of Unicode take a while to make: kept from run to run, and no example is.
  const env = { PYTHONPATH: path, HYPOTHESIS_STORAGE_DIRECTORY: join(TOOLS, "hypothesis") };
  return { ok: true, command: [python, "-m", "schemathesis.cli"], env };
}
