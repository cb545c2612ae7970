import { beyondChance, chanceAbove, chanceOfAtLeast } from "./chance.ts";
import type { Compared } from "./judge-reading.ts";

type Way = "better" | "worse";

/**
 * Where hundreds of spreads are looked at, some lie apart by chance. A measure's steps stay better (or worse) only when
 * more of them are so than chance explains; else they are "apart". What must never happen is left as it is.
 */
export function correctForChance(rows: readonly Compared[]): readonly Compared[] {
  const told = { better: toldBy(rows, "better"), worse: toldBy(rows, "worse") };
  return rows.map((row) => {
    const { judgement, label, noisy } = row;
    if (!noisy || (judgement !== "better" && judgement !== "worse")) return row;
    return told[judgement].has(label) ? row : { ...row, judgement: "apart" };
  });
}

/** How many of these comparisons lie apart, one way or the other, where nothing differs. */
export function expectedApart(rows: readonly Compared[]): number {
  return rows.filter(canFall).reduce((sum, row) => sum + 2 * chanceOf(row), 0);
}

/** How many comparisons could lie apart by chance. */
export function countNoisy(rows: readonly Compared[]): number {
  return rows.filter(canFall).length;
}

/** The measures with more steps on this side than chance explains. */
function toldBy(rows: readonly Compared[], way: Way): ReadonlySet<string> {
  const measures = Map.groupBy(rows.filter(canFall), ({ label }) => label);
  return beyondChance(new Map([...measures].map(([label, own]) => [label, chanceOfMeasure(own, way)])));
}

/** Steps follow one another, so that the noise of one is not the next one's; measures of one step share theirs. */
function chanceOfMeasure(own: readonly Compared[], way: Way): number {
  const found = own.filter(({ judgement }) => judgement === way).length;
  return chanceOfAtLeast(found, own.length, Math.max(...own.map(chanceOf)));
}

/** Where all trials of both say the same there is no noise to fall apart (Tarone): such a comparison is not counted. */
function canFall({ noisy, a, b }: Compared): boolean {
  return noisy && Math.min(a.low, b.low) < Math.max(a.high, b.high);
}

function chanceOf({ a, b }: Compared): number {
  return chanceAbove(a.trials, b.trials);
}
