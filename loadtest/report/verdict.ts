import type { Run, StepName, StepRow, Trial } from "../model/run.ts";
import { toCount, toFigure } from "./format.ts";
import { groupSteps, marksOf } from "./step-groups.ts";

/** The verdict in words: what the edge holds, where it fails first and why, and what limits what was found. */
export function toSentences(run: Run): readonly string[] {
  if (run.trials.length === 0) return ["No trial was made: there is nothing to say."];
  return [...brokenOffSentences(run), capacitySentence(run), ...crossedSentences(run.trials), ...limitedSentences(run)];
}

/** The limits that a step has to hold, in words. */
export function toLimits({ slo }: Pick<Run, "slo">): readonly string[] {
  return [
    `p95 at most ${slo.p95Ms} ms`,
    ...(slo.p99Ms === null ? [] : [`p99 at most ${slo.p99Ms} ms`]),
    `errors at most ${slo.errorRate * 100} %`,
    `timeouts at most ${slo.timeoutRate * 100} %`,
    "nothing lost, duplicated or reordered",
  ];
}

/** What the generator reaches at most on this machine, in words, or that nobody measured it. */
export function toGeneratorSentence({ generatorLimits = null }: Run): string {
  if (generatorLimits === null) {
    return "What the generator reaches here at most was not measured (npm run loadtest -- limits).";
  }
  const { httpPerSecond, deliveriesPerSecond } = generatorLimits;
  return `The generator reaches at most ${toFigure(httpPerSecond, "/s")} requests/s and ${toFigure(deliveriesPerSecond, "/s")} checked deliveries/s here.`;
}

/** The virtual users of a step of each trial, the same said once: "60 VUs", "50, 60 VUs", or "none". */
export function toVus(trials: readonly Trial[], of: "capacity" | "bottleneck"): string {
  const all = [...new Set(trials.map((trial) => trial[of]?.vus ?? null))].toSorted((a, b) => (a ?? 0) - (b ?? 0));
  if (all.every((vus) => vus === null)) return "none";
  return `${all.map((vus) => vus ?? "none").join(", ")} VUs`;
}

/** Trials with the same capacity and bottleneck are told once, with the reason of the first of them. */
function capacitySentence({ trials, brokenOff }: Run): string {
  const groups = [...Map.groupBy(trials, keyOf).values()];
  const say = (trial: Trial) => trialSentence(trial, brokenOff === true);
  const [first] = trials;
  if (trials.length === 1 && first !== undefined) return say(first);
  return groups.map((own) => `${nameOf(own, trials.length)} ${own.slice(0, 1).map(say).join("")}`).join(" ");
}

function keyOf({ capacity, bottleneck }: Trial): string {
  return `${capacity?.step ?? 0}-${bottleneck?.step ?? 0}`;
}

function nameOf(own: readonly Trial[], of: number): string {
  const figures = own[0]?.bottleneck == null ? "" : " (figures of the first)";
  if (own.length === of) return `In each of ${toCount(of, "trial")}${figures}:`;
  return `Trial ${own.map(({ trial }) => trial).join(", ")}:`;
}

function trialSentence(trial: Trial, brokenOff: boolean): string {
  const { capacity, bottleneck, rows } = trial;
  if (rows.length === 0) return "no step was measured.";
  const limited = rows.find(({ generator }) => generator.limited);
  if (bottleneck === null && limited !== undefined) return limitedSentence(capacity, limited);
  if (bottleneck === null && brokenOff) return `holds ${capacity?.vus ?? 0} VUs at least, the last step that was over.`;
  if (bottleneck === null) return `holds ${capacity?.vus ?? 0} VUs, the most that was tried.`;
  const why = `at ${bottleneck.vus} ${reasonsOf(trial, bottleneck)}`;
  if (capacity === null) return `holds no step: ${why}.`;
  if (capacity.step < bottleneck.step) return `holds ${capacity.vus} VUs; ${why}.`;
  return `fails first with ${bottleneck.vus} VUs (${why}), though ${capacity.vus} pass again: look for what was different.`;
}

/** What is known when the generator was the limit before the edge was. */
function limitedSentence(capacity: StepName | null, { vus }: StepRow): string {
  if (capacity === null) return `nothing is known of the edge: the generator was the bottleneck at ${vus} VUs already.`;
  return `holds ${capacity.vus} VUs at least; what more it holds is not known, because from ${vus} VUs on the generator was the bottleneck.`;
}

function reasonsOf({ rows }: Trial, { step }: StepName): string {
  const reasons = rows.find((row) => row.step === step)?.reasons ?? [];
  return reasons.length === 0 ? "it fails" : reasons.join(", ");
}

/** A run that was broken off fails, however good its steps are. */
function brokenOffSentences({ brokenOff }: Run): readonly string[] {
  return brokenOff === true ? ["The run was broken off: the steps after that were not measured."] : [];
}

function crossedSentences(trials: readonly Trial[]): readonly string[] {
  const crossed = [...new Set(trials.flatMap((trial) => trial.crossed))];
  return crossed.length === 0 ? [] : [`Thresholds of the script that were crossed: ${crossed.join(", ")}.`];
}

function limitedSentences(run: Run): readonly string[] {
  const marked = (name: "limited" | "killed") => vusOf(groupSteps(run).filter(({ rows }) => has(rows, name)));
  const [limited, killed] = [marked("limited"), marked("killed")];
  return [
    ...(limited === ""
      ? []
      : [`The generator was the bottleneck at ${limited} VUs: those figures are not the server's.`]),
    ...(killed === "" ? [] : [`The server was killed at ${killed} VUs, where the SLO is not judged.`]),
  ];
}

function has(rows: readonly StepRow[], name: "limited" | "killed"): boolean {
  return marksOf(rows).includes(name);
}

function vusOf(groups: readonly { readonly vus: number }[]): string {
  return groups.map(({ vus }) => vus).join(", ");
}
