import { median, spread } from "../../bench/lib/statistics.ts";
import type { Measure } from "../report/measures.ts";

/** One measure of one step, as each trial of a run found it. */
export type Reading = Pick<Measure, "label" | "unit" | "better" | "wrong" | "resolution"> & {
  /** "40 VUs", or what else it was measured at. */
  readonly at: string;
  readonly values: readonly number[];
};

/** What one run says of a reading: `middle` is the median, of what must never happen the mean of a trial. */
export type Side = { readonly trials: number; readonly middle: number; readonly low: number; readonly high: number };

/** `none`: too few trials to know the noise. `apart`: so few differ that it may be chance. `shown`: no way is better. */
export type Judgement = "better" | "same" | "worse" | "apart" | "none" | "shown";

/** A reading of two runs. `ratio` is B to A, null where A is 0. */
export type Compared = Pick<Reading, "at" | "label" | "unit"> & {
  readonly a: Side;
  readonly b: Side;
  readonly difference: number;
  readonly ratio: number | null;
  readonly judgement: Judgement;
  /** It has enough trials to be judged by their spread, and may lie apart by chance. */
  readonly noisy: boolean;
};

/** With two trials a side, one comparison in three lies apart by chance alone; with three one in ten, five 1 in 126. */
export const TRIALS_MIN = 3;

/** A smaller share of a difference is the instrument's: a bucket of its histogram is 1 % wide, on both sides. */
const RESOLUTION = 0.02;

/** Compares a reading of A with the same of B. Only what lies wholly outside the other's spread is another value. */
export function judgeReading(a: Reading, b: Reading): Compared {
  const [left, right] = [toSide(a), toSide(b)];
  const difference = right.middle - left.middle;
  const ratio = left.middle === 0 ? null : right.middle / left.middle;
  const { at, label, unit, better, wrong = false } = a;
  const noisy = better !== null && !wrong && Math.min(left.trials, right.trials) >= TRIALS_MIN;
  return { at, label, unit, a: left, b: right, difference, ratio, judgement: toJudgement(a, left, right), noisy };
}

function toSide({ values, wrong }: Reading): Side {
  const middle = wrong === true ? values.reduce((sum, value) => sum + value, 0) / values.length : median(values);
  return { trials: values.length, middle, ...spread(values) };
}

function toJudgement({ better, wrong, resolution = 0 }: Reading, a: Side, b: Side): Judgement {
  if (better === null) return "shown";
  const difference = b.middle - a.middle;
  const way = difference < 0 === (better === "less") ? "better" : "worse";
  // A lost message is no noise: one is one too many, in however many trials.
  if (wrong === true) return difference === 0 ? "same" : way;
  if (Math.min(a.trials, b.trials) < TRIALS_MIN) return "none";
  if (Math.abs(difference) <= Math.max(resolution, RESOLUTION * Math.abs(a.middle))) return "same";
  return b.low > a.high || b.high < a.low ? way : "same";
}
