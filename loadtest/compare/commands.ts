import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { readPerfLog } from "../ladder/perf-log.ts";
import type { Run } from "../model/run.ts";
import { type Comparison, compareRuns, isWorse } from "./comparison.ts";
import { toComparisonPage, toComparisonText } from "./comparison-page.ts";
import { toHistories } from "./history.ts";
import { toHistoryPage, toHistoryText } from "./history-page.ts";
import { compareLogs, type PerfLog } from "./log-comparison.ts";
import { listRuns, RUNS_FOLDER, readRun, UnreadableRun } from "./stored-run.ts";

const COMPARE_USAGE = `usage: npm run loadtest -- compare A B [--out FOLDER] [--json] [--html FILE]
A and B are two runs (a folder, an id in ${RUNS_FOLDER}, a run.json) or two logs of the ladder (*.log).`;
const HISTORY_USAGE = "usage: npm run loadtest -- history [SCENARIO] [--out FOLDER] [--html FILE]";

const exits = { fine: 0, worse: 1, usage: 2 } as const;
const out = { type: "string", default: RUNS_FOLDER } as const;
const html = { type: "string" } as const;
const json = { type: "boolean", default: false } as const;

/** `compare A B`. Exit code 0: nothing is worse; 1: something is; 2: usage, or a run that cannot be read. */
export function compareCommand(args: readonly string[]): number {
  return withUsage(COMPARE_USAGE, () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out, html, json },
    });
    const [a, b, ...more] = positionals;
    if (a === undefined || b === undefined || more.length > 0) throw new Error("compare takes two runs");
    const comparison = compareNamed(a, b, values.out);
    if (values.html !== undefined) writeFileSync(values.html, toComparisonPage(comparison));
    console.log(values.json ? JSON.stringify(comparison, null, 2) : toComparisonText(comparison));
    return isWorse(comparison) ? exits.worse : exits.fine;
  });
}

/** `history [SCENARIO]`. Exit code 0, or 2 with what is wrong when there is no such run. */
export function historyCommand(args: readonly string[]): number {
  return withUsage(HISTORY_USAGE, () => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { out, html } });
    const [scenario, ...more] = positionals;
    if (more.length > 0) throw new Error("history takes one scenario at most");
    const { runs, passedOver } = readRuns(values.out);
    const histories = toHistories(runs.filter((run) => scenario === undefined || run.scenario === scenario));
    if (histories.length === 0) throw new Error(`no run of ${scenario ?? "any scenario"} is kept in ${values.out}`);
    if (values.html !== undefined) writeFileSync(values.html, toHistoryPage(histories, passedOver));
    console.log(toHistoryText(histories, passedOver));
    return exits.fine;
  });
}

function compareNamed(a: string, b: string, folder: string): Comparison {
  const logs = [a, b].filter((name) => name.endsWith(".log"));
  if (logs.length === 1) throw new Error(`${logs[0]} is a log and the other is a run: compare two of a kind`);
  return logs.length === 2 ? compareLogs(readLog(a), readLog(b)) : compareRuns(readRun(a, folder), readRun(b, folder));
}

function readLog(path: string): PerfLog {
  if (!existsSync(path)) throw new UnreadableRun(`${path}: no such log`);
  const metrics = readPerfLog(readFileSync(path, "utf8"));
  if (metrics.length === 0) throw new UnreadableRun(`${path}: it has no line of kind tester_metrics`);
  return { name: basename(path), metrics };
}

/** Folders that hold no run, such as one that is under way, are passed over by name. */
function readRuns(folder: string): { readonly runs: readonly Run[]; readonly passedOver: readonly string[] } {
  const runs: Run[] = [];
  const passedOver: string[] = [];
  for (const name of listRuns(folder)) {
    try {
      runs.push(readRun(name, folder));
    } catch (error) {
      if (!(error instanceof UnreadableRun)) throw error;
      passedOver.push(error.message);
    }
  }
  return { runs, passedOver };
}

function withUsage(usage: string, command: () => number): number {
  try {
    return command();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return exits.usage;
  }
}
