import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeMachine } from "../../bench/lib/machine.ts";
import { LADDER_DEFAULTS, type Transport } from "../model/ladder-settings.ts";
import type { Run, Slo, StepRow, Trial } from "../model/run.ts";
import { bottleneckOf, capacityOf } from "../model/step-report.ts";
import { CannotRunError } from "../run/failures.ts";
import { readLimits } from "../run/generator-limits.ts";
import type { K6 } from "../run/k6-version.ts";
import { createRunFolder } from "../run/run-folder.ts";
import type { LadderOptions } from "./arguments.ts";
import { toPerfLog } from "./perf-log.ts";
import type { Place } from "./place.ts";
import { toRungRow } from "./rung-row.ts";
import { climb } from "./rung-run.ts";
import { type Rung, toLogName } from "./rungs.ts";

/** Rungs of one kind over one transport: one run, so that two of them can be compared rung by rung. */
export type Ladder = {
  readonly options: LadderOptions;
  readonly place: Place;
  readonly k6: K6;
  readonly transport: Transport;
  readonly rungs: readonly Rung[];
  readonly signal: AbortSignal;
};

/** A ladder's run, and why it ended before its last rung. */
export type ClimbedLadder = { readonly run: Run; readonly failure: CannotRunError | null };

/**
 * Climbs, keeps a log for each rung in the tester's form, and the run as run.json in its folder. Throws a CannotRunError
 * when the first rung could not be walked; of a later one it is told with the run of those before it.
 */
export async function climbLadder(ladder: Ladder): Promise<ClimbedLadder> {
  const { options, k6, signal } = ladder;
  const out = join(options.out, "loadtest");
  const machine = describeMachine();
  const deployment = options.remote === null ? options.form : "remote";
  const named = { scenario: `ladder-${ladder.rungs[0]?.kind}-${ladder.transport}`, deployment } as const;
  const folder = createRunFolder(out, new Date(machine.date), named);
  const { rows, failure } = await climbRungs(ladder, folder);
  const trial = toTrial(ladder, machine.date, rows);
  const run: Run = {
    ...{ id: folder.id, ...named, url: ladder.place.url, machine, k6: k6.version, slo: options.slo },
    configuration: toConfiguration(ladder),
    trials: [trial],
    verdict: trial.verdict,
    generatorLimits: readLimits(out, machine, k6.version),
    ...(signal.aborted || failure !== null ? { brokenOff: true } : {}),
  };
  writeFileSync(join(folder.path, "run.json"), `${JSON.stringify(run, null, 2)}\n`);
  return { run, failure };
}

async function climbRungs(ladder: Ladder, folder: { readonly id: string; readonly path: string }) {
  const rows: StepRow[] = [];
  let failure: CannotRunError | null = null;
  for (const rung of ladder.rungs) {
    if (ladder.signal.aborted || failure !== null) break;
    try {
      const row = await climbRung(ladder, rung, rows.length + 1, folder);
      if (row !== null) rows.push(row);
    } catch (error) {
      if (rows.length === 0 || !(error instanceof CannotRunError)) throw error;
      failure = error;
    }
  }
  return { rows, failure };
}

/** Null, and no log in the place of an earlier one, when somebody ended it. */
async function climbRung(
  ladder: Ladder,
  rung: Rung,
  step: number,
  run: { readonly id: string; readonly path: string },
) {
  const { options, place, k6, transport, signal } = ladder;
  const settings = { ...options.settings, ...{ userCount: rung.users, userSet: rung.userSet, walk: rung.walk } };
  const folder = join(run.path, `rung-${step}`);
  console.error(`scenario ${rung.scenario} over ${transport}: ${rung.kind}, ${rung.users} users ...`);
  const climbed = await climb({ rung, transport, settings, place, k6, runId: run.id, folder, signal });
  if (signal.aborted) return null;
  mkdirSync(options.out, { recursive: true });
  const log = join(options.out, toLogName(rung, options.form, transport, options.replicas));
  writeFileSync(log, toPerfLog(rung, climbed.sums));
  const row = toRungRow(step, rung, climbed, settings, options.slo);
  console.error(`  ${row.verdict}${row.reasons.map((reason) => `; ${reason}`).join("")} (${log})`);
  return row;
}

function toTrial({ options, rungs }: Ladder, startedAt: string, rows: readonly StepRow[]): Trial {
  const passes = rows.length === rungs.length && rows.every(({ verdict }) => verdict === "pass");
  const [capacity, bottleneck] = [capacityOf(rows), bottleneckOf(rows)];
  const verdict = passes ? "pass" : "fail";
  return { trial: 1, startedAt, slo: options.slo, capacity, bottleneck, rows, crossed: [], verdict };
}

/** Variables in capitals, the command's options in small letters: report/repeat.ts makes the command of them. */
function toConfiguration({ options, transport, rungs }: Ladder): Readonly<Record<string, string>> {
  const kind = rungs[0]?.kind;
  const { USER_COUNT, ...names } = LADDER_DEFAULTS;
  const known = Object.entries({ ...names, ...(kind === "users" ? { USER_COUNT } : {}) });
  const own = Object.fromEntries(known.map(([name, value]) => [name, process.env[name] || value]));
  const users = kind === "login" || kind === "chat" ? { users: rungs.map((rung) => rung.users).join(",") } : {};
  const grpc =
    transport === "grpc" && options.remote !== null
      ? { grpc: `${options.remote.loginAddr},${options.remote.gatewayAddr}` }
      : {};
  const asked = { deployment: options.form, scenarios: kind ?? "", ...users, transport, ...grpc };
  return { ...own, ...toVariables(options.slo), ...asked, replicas: String(options.replicas) };
}

function toVariables({ p95Ms, p99Ms, errorRate, timeoutRate }: Slo): Readonly<Record<string, string>> {
  const p99 = p99Ms === null ? {} : { SLO_P99_MS: `${p99Ms}` };
  return { SLO_P95_MS: `${p95Ms}`, ...p99, SLO_ERROR_RATE: `${errorRate}`, SLO_TIMEOUT_RATE: `${timeoutRate}` };
}
