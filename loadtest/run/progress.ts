import { momentAt, type StepPlan } from "../model/steps.ts";
import { askCounts, type K6Counts } from "./k6-api.ts";

const EVERY_MS = 5_000;

/** What a progress line is about. */
export type Progressing = {
  readonly trial: number;
  readonly trials: number;
  readonly plan: StepPlan;
  /** Null until the script's scenario has begun: it prepares its users. */
  readonly beganAtMs: () => number | null;
  readonly api: string;
};
/** What was counted between two lines. */
export type Pace = { readonly requestsPerSecond: number; readonly receivedPerSecond: number };

/** Says every 5 s on standard error where a trial is. Answers what ends it. */
export function tellProgress(progressing: Progressing): () => void {
  let before: (K6Counts & { readonly atMs: number }) | null = null;
  const tell = async () => {
    const counts = await askCounts(progressing.api);
    if (counts === null) return;
    const now = { ...counts, atMs: Date.now() };
    const began = progressing.beganAtMs();
    console.error(toLine(progressing, began === null ? null : now.atMs - began, before && toPace(before, now)));
    before = now;
  };
  const timer = setInterval(() => void tell(), EVERY_MS);
  return () => clearInterval(timer);
}

/** A progress line. */
export function toLine(
  { trial, trials, plan }: Pick<Progressing, "trial" | "trials" | "plan">,
  elapsedMs: number | null,
  pace: Pace | null,
): string {
  const which = trials === 1 ? "" : `trial ${trial}/${trials}  `;
  if (elapsedMs === null) return `${which}preparing`;
  const { step, phase } = momentAt(plan, elapsedMs);
  const where = `${which}step ${step.step}/${plan.steps.length}  ${step.vus} VUs  ${phase.padEnd(8)}`;
  if (pace === null) return where;
  const received = pace.receivedPerSecond > 0 ? `  ${Math.round(pace.receivedPerSecond)} frames/s received` : "";
  return `${where}  ${Math.round(pace.requestsPerSecond)} requests/s${received}`;
}

function toPace(before: K6Counts & { readonly atMs: number }, now: K6Counts & { readonly atMs: number }): Pace {
  const seconds = (now.atMs - before.atMs) / 1_000;
  return {
    requestsPerSecond: (now.requests - before.requests) / seconds,
    receivedPerSecond: (now.received - before.received) / seconds,
  };
}
