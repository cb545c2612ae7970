import { median } from "../../bench/lib/statistics.ts";
import type { Run } from "../model/run.ts";

/**
 * The capacities that a run's trials claim, in virtual users. A trial whose first step fails claims 0; one in which the
 * generator was the limit before any step passed claims nothing.
 */
export function capacitiesOf({ trials }: Run): readonly number[] {
  return trials.flatMap(({ capacity, bottleneck }) => {
    if (capacity !== null) return [capacity.vus];
    return bottleneck === null ? [] : [0];
  });
}

/**
 * Whether what two runs claim can be compared: a trial that found no bottleneck holds its capacity at least, so that no run
 * of more is better than it.
 */
export function areComparable(a: Run, b: Run): boolean {
  const [left, right] = [a, b].map((run) => ({ middle: median(capacitiesOf(run)), isOpen: isOpen(run) }));
  if (left === undefined || right === undefined || left.middle === right.middle) return true;
  return !(left.middle < right.middle ? left : right).isOpen;
}

function isOpen({ trials }: Run): boolean {
  return trials.some(({ bottleneck }) => bottleneck === null);
}
