import { availableParallelism } from "node:os";
import { join } from "node:path";
import { SETTLE_MS } from "../model/observation.ts";
import type { GeneratorRow, KillRow, Trial } from "../model/run.ts";
import { bottleneckOf, capacityOf, toRows } from "../model/step-report.ts";
import { type Environment, type StepPlan, toK6Environment } from "../model/steps.ts";
import type { RunOptions } from "./arguments.ts";
import { whenBegan } from "./began.ts";
import type { Edge } from "./edge.ts";
import { toGeneratorRow } from "./generator.ts";
import { ensureRan, K6Files, startK6 } from "./k6-process.ts";
import type { K6 } from "./k6-version.ts";
import { type Kill, killInTheMiddle, stepOfKill } from "./kill.ts";
import { toKillRow } from "./kill-row.ts";
import { crossedOf, type Measurement, readMeasurement } from "./measurement.ts";
import { tellProgress } from "./progress.ts";
import { toMark } from "./run-folder.ts";
import { type Sample, Sampler } from "./sampler.ts";
import { readScriptErrors } from "./script-errors.ts";
import type { Variables } from "./variables.ts";

/** One trial of a run. */
export type TrialWish = {
  readonly options: RunOptions;
  readonly variables: Variables;
  readonly k6: K6;
  readonly run: { readonly id: string; readonly path: string };
  readonly trial: number;
  readonly url: string;
  /** The product that was started for it, or null. */
  readonly edge: Edge | null;
  /** Ends it in order. */
  readonly signal: AbortSignal;
};
type Load = {
  readonly code: number | null;
  readonly samples: readonly Sample[];
  readonly kill: Kill | null;
  /** When somebody ended it. */
  readonly askedAtMs: number | null;
};

/** After a step's end its subscribers wait for what is still to come, and then report. */
const TOLD_MS = SETTLE_MS + 1_000;

/** Makes one trial and says what it found. Throws a CannotRunError when nothing was measured. */
export async function runTrial(wish: TrialWish): Promise<Trial> {
  const { run, trial, variables } = wish;
  const folder = join(run.path, `trial-${trial}`);
  const startedAt = new Date().toISOString();
  const load = await runLoad(wish, folder);
  ensureRan(load, folder);
  const { askedAtMs } = load;
  const isBrokenOff = askedAtMs !== null;
  const measurement = readMeasurement(folder, variables.plan, { isBrokenOff });
  const plan = isBrokenOff ? toFinished(variables.plan, askedAtMs - measurement.beganAtMs) : variables.plan;
  const rows = toRows({
    ...{ plan, slo: variables.slo, summary: measurement.summary, judged: measurement.judged },
    generators: toGenerators(wish, plan, measurement, load.samples),
    kills: toKills(load.kill, plan, measurement),
    isChecked: wish.options.scenario.isChecked && variables.values.LOADTEST_WATCHERS !== "0",
  });
  const crossed = [
    ...crossedOf(measurement.summary),
    ...readScriptErrors(join(folder, K6Files.log)),
    ...(wish.options.kill !== null && load.kill === null ? ["--kill: the run was over before its moment"] : []),
  ];
  const passes = rows.length > 0 && rows.every(({ verdict }) => verdict === "pass") && crossed.length === 0;
  const [capacity, bottleneck] = [capacityOf(rows), bottleneckOf(rows)];
  return {
    trial,
    startedAt,
    slo: variables.slo,
    capacity,
    bottleneck,
    rows,
    crossed,
    verdict: passes ? "pass" : "fail",
  };
}

/** k6 at work, with what goes on beside it: samples of the machine, progress, and a kill. */
async function runLoad(wish: TrialWish, folder: string): Promise<Load> {
  const { edge, signal, options, variables } = wish;
  const k6 = await startK6({
    ...{ k6: wish.k6, file: options.scenario.file, folder, variables: toScriptVariables(wish) },
    ...{ testId: wish.run.id, live: options.live, dashboard: options.dashboard },
  });
  let askedAtMs: number | null = null;
  const stop = () => {
    askedAtMs = Date.now();
    k6.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop(); // asked before there was anything to stop
  const over = new AbortController();
  const sampler = new Sampler({ k6: k6.pid, edge: edge?.pid ?? null });
  let beganAtMs: number | null = null;
  const endProgress = tellProgress({
    ...{ trial: wish.trial, trials: options.trials, plan: variables.plan, api: k6.api },
    beganAtMs: () => beganAtMs,
  });
  const killing = whenBegan(join(folder, K6Files.observations), over.signal).then(async (began) => {
    beganAtMs = began;
    if (options.kill === null || began === null) return null;
    const step = stepOfKill(variables.plan, options.kill);
    return await killInTheMiddle(options.kill, step, began, { url: wish.url, edge }, over.signal);
  });
  killing.catch(() => undefined); // a command that failed is told when k6 has ended
  const { code } = await k6.ended;
  over.abort();
  endProgress();
  sampler.stop();
  signal.removeEventListener("abort", stop);
  return { code, samples: sampler.samples, kill: await killing, askedAtMs };
}

function toScriptVariables({ url, run, trial, variables }: TrialWish): Environment {
  const { LOADTEST_RUN: _, ...values } = variables.values;
  const target = { API_BASE_URL: url, WS_URL: `${url.replace(/^http/, "ws")}/ws` };
  return toK6Environment({ ...values, ...target, LOADTEST_RUN: toMark(run.id, trial) });
}

/** The steps that were over, and told of, when somebody ended the run. */
function toFinished(plan: StepPlan, elapsedMs: number): StepPlan {
  return { ...plan, steps: plan.steps.filter(({ endMs }) => endMs + TOLD_MS <= elapsedMs) };
}

function toGenerators(
  { edge, url }: TrialWish,
  { steps }: StepPlan,
  { beganAtMs, judged }: Measurement,
  samples: readonly Sample[],
): ReadonlyMap<number, GeneratorRow> {
  const isBesideEdge = edge !== null || ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
  const toRow = (step: number, fromMs: number, toMs: number) =>
    toGeneratorRow(
      samples,
      { fromMs, toMs },
      { cores: availableParallelism(), isBesideEdge, lagP99Ms: judged.get(step)?.lagP99Ms ?? null },
    );
  return new Map(
    steps.map(({ step, steadyAtMs, endMs }) => [step, toRow(step, beganAtMs + steadyAtMs, beganAtMs + endMs)]),
  );
}

function toKills(kill: Kill | null, plan: StepPlan, measurement: Measurement): ReadonlyMap<number, KillRow> {
  if (kill === null) return new Map();
  return new Map([[kill.step, toKillRow(kill, plan, measurement)]]);
}
