import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../model/run.ts";
import { UsageError } from "./failures.ts";

/** The folder of a run, which nobody else has. */
export type RunFolder = { readonly id: string; readonly path: string };
type Named = { readonly scenario: string; readonly deployment: Deployment };

/** `<UTC date>-<time>-<scenario>-<deployment>`. */
export function toRunId(startedAt: Date, { scenario, deployment }: Named): string {
  const [date = "", time = ""] = startedAt.toISOString().split("T");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${scenario}-${deployment}`;
}

/** Makes the run's folder. A run that began in the same second under the same name makes this one its name with a number. */
export function createRunFolder(out: string, startedAt: Date, named: Named): RunFolder {
  createOut(out);
  const id = toRunId(startedAt, named);
  for (let number = 1; ; number++) {
    const name = number === 1 ? id : `${id}-${number}`;
    const path = join(out, name);
    if (createOnce(path)) return { id: name, path };
  }
}

/** What messages of a trial are marked with: letters and digits, because it stands in texts that are cut at others. */
export function toMark(runId: string, trial: number): string {
  return `${runId.replaceAll(/[^A-Za-z0-9]/g, "")}t${trial}`;
}

function createOut(out: string): void {
  try {
    mkdirSync(out, { recursive: true });
    accessSync(out, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out ${out} is no folder that can be written: ${(error as Error).message}`);
  }
}

function createOnce(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
