import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeMachine } from "../../bench/lib/machine.ts";
import type { Deployment, Run, Trial } from "../model/run.ts";
import type { RunOptions } from "./arguments.ts";
import { type Edge, startEdge } from "./edge.ts";
import { CannotRunError } from "./failures.ts";
import { readLimits } from "./generator-limits.ts";
import { onInterruption } from "./interruption.ts";
import { ensureK6 } from "./k6.ts";
import type { K6 } from "./k6-version.ts";
import { stepOfKill } from "./kill.ts";
import { ensureOpenFiles, filesNeeded } from "./open-files.ts";
import { createRunFolder, type RunFolder } from "./run-folder.ts";
import { runTrial } from "./trial.ts";
import { readVariables, type Variables } from "./variables.ts";

/** A run, and why it has fewer trials than were asked for. */
export type Made = { readonly run: Run; readonly failure: CannotRunError | null };

type Running = {
  readonly options: RunOptions;
  readonly variables: Variables;
  readonly k6: K6;
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
};

/**
 * Makes all trials of a scenario, one after the other, and keeps run.json and each trial's steps.json in the run's folder.
 * Throws a UsageError before anything is started, and a CannotRunError when the first trial could not be made; of a later
 * one it is told with the run of those before it.
 */
export async function runScenario(options: RunOptions): Promise<Made> {
  const variables = readVariables(options.scenario, options.env, process.env);
  if (options.kill !== null) stepOfKill(variables.plan, options.kill);
  const k6 = await ensureK6();
  ensureOpenFiles(filesNeeded(variables.plan, options.scenario, variables.values.LOADTEST_SOCKETS));
  if (options.url !== null) await ensureReachable(options.url, "is the edge running, and is --url right?");
  if (options.live !== null) await ensureReachable(options.live, "--live needs a Prometheus (docs/operations.md)");
  const machine = describeMachine();
  const named = { scenario: options.scenario.name, deployment: deploymentOf(options) };
  const folder = createRunFolder(options.out, new Date(machine.date), named);
  const { signal, forget } = onInterruption();
  const { failure, ...made } = await runTrials({ options, variables, k6, folder, signal }).finally(forget);
  const isBrokenOff = signal.aborted || failure !== null;
  const run: Run = {
    ...{ id: folder.id, ...named, ...made, machine, k6: k6.version },
    ...{ configuration: variables.values, slo: variables.slo },
    verdict: !isBrokenOff && made.trials.every(({ verdict }) => verdict === "pass") ? "pass" : "fail",
    generatorLimits: readLimits(options.out, machine, k6.version),
    ...(options.kill?.command == null ? {} : { killCommand: options.kill.command }),
    ...(isBrokenOff ? { brokenOff: true } : {}),
  };
  writeJson(join(folder.path, "run.json"), run);
  return { run, failure };
}

function deploymentOf({ url, form }: RunOptions): Deployment {
  return url === null ? form : "remote";
}

async function runTrials(running: Running) {
  const trials: Trial[] = [];
  let url = "";
  let failure: CannotRunError | null = null;
  for (let number = 1; number <= running.options.trials && !running.signal.aborted && failure === null; number++) {
    try {
      const made = await runOne(running, number);
      url = made.url;
      trials.push(made.trial);
    } catch (error) {
      if (trials.length === 0 || !(error instanceof CannotRunError)) throw error;
      failure = error;
    }
  }
  return { url, trials, failure };
}

/** Each trial has a product of its own with nothing in it, so that none finds what another left. */
async function runOne({ options, variables, k6, folder, signal }: Running, number: number) {
  const { form, keepData } = options;
  const edge = options.url === null ? await startEdge({ form, keepData }) : null;
  try {
    const url = edge?.url ?? options.url ?? "";
    if (edge !== null) console.error(`the product (${form}) is at ${url}`);
    const trial = await runTrial({ options, variables, k6, run: folder, trial: number, url, edge, signal });
    const { slo, capacity, bottleneck, rows } = trial;
    writeJson(join(folder.path, `trial-${number}`, "steps.json"), { slo, capacity, bottleneck, rows });
    return { trial, url };
  } finally {
    await endEdge(edge, keepData);
  }
}

async function endEdge(edge: Edge | null, keepData: boolean): Promise<void> {
  await edge?.end();
  if (edge !== null && keepData) console.error(`its data is kept in ${edge.dataDir}`);
}

async function ensureReachable(url: string, hint: string): Promise<void> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new CannotRunError(`nothing answers at ${url}: ${hint}`);
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
