import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Environment } from "../model/steps.ts";
import { bundleForOldK6 } from "./bundle.ts";
import { CannotRunError } from "./failures.ts";
import type { K6 } from "./k6-version.ts";
import { withoutVariables } from "./variables.ts";

const root = join(import.meta.dirname, "../..");

/** One run of k6. */
export type K6Run = {
  readonly k6: K6;
  /** The script, seen from loadtest/. */
  readonly file: string;
  /** Where it leaves its files. It is made when it is not there. */
  readonly folder: string;
  /** What the script finds in __ENV beside the process's own environment. */
  readonly variables: Environment;
  /** The tag `testid` of all that is written live. */
  readonly testId: string;
  readonly live: string | null;
  readonly dashboard: boolean;
};

/** k6 at work. */
export type K6Process = {
  readonly pid: number;
  /** Its REST API. */
  readonly api: string;
  /** Asks it to end in order: summary and reports are written. */
  readonly stop: () => void;
  readonly ended: Promise<K6End>;
};
/** How k6 ended. The code is null when a signal ended it. */
export type K6End = { readonly code: number | null };

/** What k6 leaves in its folder. */
export const K6Files = {
  observations: "observations.jsonl",
  summary: "summary.json",
  text: "summary.txt",
  log: "k6.log",
  dashboard: "dashboard.html",
} as const;
const LOG_LINES = 15;

/** k6's exit codes that leave figures: all went well, a threshold was crossed, it was asked to end. */
export const K6Exit = { pass: 0, crossed: 99, asked: 105 } as const;

/** Starts k6, in a process group of its own: Ctrl-C reaches it through stop() alone. */
export async function startK6(run: K6Run): Promise<K6Process> {
  mkdirSync(run.folder, { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const args = [...toArguments(run, address), await scriptOf(run)];
  const out = openSync(join(run.folder, K6Files.text), "w");
  const log = openSync(join(run.folder, K6Files.log), "w");
  const child = spawn(run.k6.path, args, {
    cwd: root,
    env: toEnvironment(run),
    stdio: ["ignore", out, log],
    detached: true,
  });
  for (const file of [out, log]) closeSync(file);
  const end = () => child.kill("SIGKILL"); // a runner that ends leaves no load behind
  process.once("exit", end);
  const ended = once(child, "exit").then(([code]): K6End => {
    process.off("exit", end);
    return { code: code as number | null };
  });
  return { pid: child.pid ?? 0, api: `http://${address}`, stop: () => void child.kill("SIGINT"), ended };
}

/** Throws a CannotRunError with k6's last words unless it ended in a way that leaves figures. */
export function ensureRan({ code }: K6End, folder: string): void {
  if (Object.values<number | null>(K6Exit).includes(code)) return;
  const lines = readFileSync(join(folder, K6Files.log), "utf8").trim().split("\n").slice(-LOG_LINES);
  throw new CannotRunError(`k6 ended with ${code ?? "a signal"}:\n${lines.join("\n")}`);
}

function toArguments({ folder, variables, testId, live }: K6Run, address: string): readonly string[] {
  const variable = ([name, value]: readonly [string, string | undefined]) => ["-e", `${name}=${value}`];
  return [
    ...["run", "--quiet", "--no-color", "--log-format=raw", `--address=${address}`, "--tag", `testid=${testId}`],
    `--console-output=${join(folder, K6Files.observations)}`,
    `--summary-export=${join(folder, K6Files.summary)}`,
    ...(live === null ? [] : ["--out=experimental-prometheus-rw"]),
    ...Object.entries(variables).flatMap(variable),
  ];
}

function toEnvironment({ folder, live, dashboard }: K6Run): NodeJS.ProcessEnv {
  const own: Record<string, string> = {
    K6_NO_USAGE_REPORT: "true",
    K6_AUTO_EXTENSION_RESOLUTION: "false",
    K6_WEB_DASHBOARD: "true",
    K6_WEB_DASHBOARD_EXPORT: join(folder, K6Files.dashboard),
    // Its own port, to look at while it runs, or none.
    ...(dashboard ? {} : { K6_WEB_DASHBOARD_PORT: "-1" }),
    ...(live === null ? {} : { K6_PROMETHEUS_RW_SERVER_URL: live, K6_PROMETHEUS_RW_TREND_STATS: "p(50),p(95),p(99)" }),
  };
  // The types of the worker's vars, which wrangler generates, do not bind children.
  const all: Readonly<Record<string, string>> = { ...withoutVariables(process.env), ...own };
  return all as NodeJS.ProcessEnv;
}

async function scriptOf({ k6, file, folder }: K6Run): Promise<string> {
  const path = join(root, "loadtest", file);
  return k6.hasWebSockets ? path : await bundleForOldK6(path, join(folder, "script.js"));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
