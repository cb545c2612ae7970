import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Run } from "../model/run.ts";

/** Where runs are kept. */
export const RUNS_FOLDER = "data/loadtest";

/** What is read of a run here: one without it is of another shape. The rest was written by us. */
const shape = z.looseObject({
  id: z.string(),
  scenario: z.string(),
  deployment: z.enum(["monolith", "services", "remote"]),
  machine: z.looseObject({ date: z.string(), commit: z.string(), cpu: z.string(), cores: z.number() }),
  configuration: z.record(z.string(), z.string()),
  slo: z.looseObject({ p95Ms: z.number() }),
  verdict: z.enum(["pass", "fail"]),
  trials: z.array(
    z.looseObject({
      trial: z.number(),
      verdict: z.enum(["pass", "fail"]),
      rows: z.array(
        z.looseObject({
          step: z.number(),
          vus: z.number(),
          extra: z.array(z.looseObject({ name: z.string(), unit: z.string(), value: z.number() })),
          generator: z.looseObject({ limited: z.boolean() }),
          http: z.nullable(z.looseObject({})),
          ws: z.nullable(z.looseObject({})),
          delivery: z.nullable(z.looseObject({})),
          kill: z.nullable(z.looseObject({})),
        }),
      ),
    }),
  ),
});

/** A run that could not be read, and what to do. */
export class UnreadableRun extends Error {}

/** Reads a run by its folder, its id in `folder`, or the path of its run.json. Throws UnreadableRun and names it. */
export function readRun(name: string, folder: string = RUNS_FOLDER): Run {
  const candidates = [name, join(name, "run.json"), join(folder, name, "run.json")];
  const path = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  if (path === undefined) {
    throw new UnreadableRun(`${name}: no run there. Give a run's folder, its id in ${folder}, or its run.json`);
  }
  return parseRun(name, readFileSync(path, "utf8"));
}

/** The names of everything in the folder that may be a run, oldest first: an id begins with its date. */
export function listRuns(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).toSorted();
}

function parseRun(name: string, text: string): Run {
  const parsed = shape.safeParse(toJson(name, text));
  if (parsed.success) return JSON.parse(text) as Run;
  const [issue] = parsed.error.issues;
  throw new UnreadableRun(`${name}: its run.json is of another shape (${issue?.path.join(".")}: ${issue?.message})`);
}

function toJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRun(`${name}: its run.json is not JSON`);
  }
}
