import type { Reading } from "../measures/measure.ts";
import { type MeasureName, measures } from "../measures/measures.ts";
import { TARGET_NAMES, type TargetName } from "../targets/target.ts";
import type { BenchTrial } from "./bench-trials.ts";
import { median, spread } from "./statistics.ts";

/** One reading of one measure of one server: every trial, their median and where it lies. */
export type BenchRow = {
  readonly measure: MeasureName;
  readonly reading: string;
  readonly unit: Reading["unit"];
  readonly target: TargetName;
  readonly trials: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Above 0.9 it is the generator that was measured. */
  readonly generator: number;
};
/** A ratio that is to be reached: of trials taken one after the other, their median and where it lies. */
export type RatioRow = {
  readonly measure: MeasureName;
  readonly reading: string;
  readonly against: TargetName | null;
  readonly goal: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: string;
};

const GENERATOR_SHARE_MAX = 0.9;

/** What was measured, server by server. Trials that failed are not in it. */
export function toBenchRows(trials: readonly BenchTrial[]): readonly BenchRow[] {
  const held = trials.filter(({ failure }) => failure === undefined);
  return measureNamesOf(held).flatMap((measure) => {
    const own = held.filter((trial) => trial.measure === measure);
    return (own[0]?.readings ?? []).flatMap(({ name, unit }) =>
      TARGET_NAMES.flatMap((target) => {
        const of = own.filter((trial) => trial.target === target);
        if (of.length === 0) return [];
        const values = of.map((trial) => readingOf(trial, name));
        const generator = Math.max(...of.map(({ cpuShare }) => cpuShare));
        return [
          {
            measure,
            reading: name,
            unit,
            target,
            trials: values,
            median: median(values),
            ...spread(values),
            generator,
          },
        ];
      }),
    );
  });
}

/** The ratios to reach, with their verdicts. A baseline that did not run, or a trial that failed, leaves none. */
export function toRatioRows(trials: readonly BenchTrial[]): readonly RatioRow[] {
  return measureNamesOf(trials).flatMap((measure) =>
    measures[measure].toReach.map(({ reading, against, least, most }) => {
      const goal = least === undefined ? `<= ${most}` : `>= ${least}`;
      const ratios = ratiosOf(trials, { measure, reading, against });
      if (typeof ratios === "string") {
        const none = { ratio: Number.NaN, low: Number.NaN, high: Number.NaN };
        return { measure, reading, against, goal, ...none, verdict: ratios };
      }
      const { low, high } = spread(ratios);
      const verdict = judgeRatio({ least, most }, { low, high });
      return { measure, reading, against, goal, ratio: median(ratios), low, high, verdict };
    }),
  );
}

/** The verdict, with which the whole spread has to agree. */
export function judgeRatio(
  { least, most }: { readonly least?: number | undefined; readonly most?: number | undefined },
  { low, high }: { readonly low: number; readonly high: number },
): string {
  const isReached = (ratio: number) => (least === undefined || ratio >= least) && (most === undefined || ratio <= most);
  if (isReached(low) && isReached(high)) return "reached";
  return isReached(low) || isReached(high) ? "none: it lies inside of the spread" : "missed";
}

type Pair = { readonly measure: MeasureName; readonly reading: string; readonly against: TargetName | null };

function ratiosOf(trials: readonly BenchTrial[], { measure, reading, against }: Pair): readonly number[] | string {
  const of = (target: TargetName) => trials.filter((trial) => trial.measure === measure && trial.target === target);
  const [ours, theirs] = [of("edgechat"), of(against ?? "edgechat")];
  if (ours.length === 0 || theirs.length === 0) return "not run";
  const failed = [...ours, ...theirs].find(({ failure }) => failure !== undefined);
  if (failed !== undefined) return `failed: ${failed.target}: ${failed.failure}`;
  if (against === null) return ours.map((trial) => readingOf(trial, reading));
  return ours.map((trial) => {
    const pair = theirs.find((other) => other.trial === trial.trial);
    return readingOf(trial, reading) / (pair === undefined ? Number.NaN : readingOf(pair, reading));
  });
}

function readingOf({ readings }: BenchTrial, name: string): number {
  return readings.find((reading) => reading.name === name)?.value ?? Number.NaN;
}

function measureNamesOf(trials: readonly BenchTrial[]): readonly MeasureName[] {
  return [...new Set(trials.map(({ measure }) => measure))];
}

/** One trial as a line. */
export function toTrialLine({ trial, measure, target, readings, cpuShare, failure }: BenchTrial): string {
  const values = readings.map(({ name, unit, value }) => `${name} ${toText(value, unit)}`).join(", ");
  const load = `generator ${Math.round(cpuShare * 100)} %${cpuShare > GENERATOR_SHARE_MAX ? " (it was the bottleneck)" : ""}`;
  return `${measure} ${trial} ${target}: ${[...(failure === undefined ? [] : [`FAILED: ${failure}`]), values, load].join("; ")}`;
}

/** Both tables in Markdown. */
export function toBenchMarkdown(rows: readonly BenchRow[], ratios: readonly RatioRow[]): string {
  const measured = rows.map(({ measure, reading, unit, target, median: middle, low, high, generator }) => {
    const mark = generator > GENERATOR_SHARE_MAX ? " (bottleneck)" : "";
    const spreadText = `${toText(low, unit)} to ${toText(high, unit)}`;
    return `| ${measure}: ${reading} | ${target} | ${toText(middle, unit)} | ${spreadText} | ${Math.round(generator * 100)} %${mark} |`;
  });
  const reached = ratios.map(({ measure, reading, against, goal, ratio, low, high, verdict }) => {
    const numbers = Number.isNaN(ratio) ? "| |" : `${ratio.toFixed(2)} | ${low.toFixed(2)}-${high.toFixed(2)} |`;
    return `| ${measure}: ${reading} | ${against ?? "itself"} | ${goal} | ${numbers} ${verdict} |`;
  });
  return [
    "| ratio | against | to reach | median | spread | verdict |\n|---|---|---|---|---|---|",
    ...reached,
    "\n| measure | server | median | spread | generator |\n|---|---|---|---|---|",
    ...measured,
  ].join("\n");
}

function toText(value: number, unit: Reading["unit"]): string {
  if (unit === "x") return value.toFixed(2);
  if (unit === "ms") return `${value.toFixed(1)} ms`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M/s` : `${Math.round(value).toLocaleString("en")} /s`;
}
