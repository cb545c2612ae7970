import { spread } from "../../bench/lib/statistics.ts";

/** In so many of 100 comparisons of a server with itself anything at all may come out worse. */
export const ERRORS_MAX = 0.05;

/**
 * How likely the spread of `b` trials lies wholly above that of `a` trials where nothing differs: every order of all
 * values is as likely as any other. 1 in 20 with three trials on each side, 1 in 252 with five.
 */
export function chanceAbove(a: number, b: number): number {
  const [cutA, cutB] = [cutOf(a), cutOf(b)];
  let orders = 0;
  // B's low end is its value number cutB; before it stand A's high end and all of A below, and perhaps more of A.
  for (let before = a + 1 - cutA; before <= a; before++) {
    orders += choose(before + cutB - 1, before) * choose(a - before + b - cutB, a - before);
  }
  return orders / choose(a + b, a);
}

/** The chance that of `of` events, each with this chance, at least `least` happen. */
export function chanceOfAtLeast(least: number, of: number, chance: number): number {
  let sum = 0;
  for (let count = least; count <= of; count++) {
    sum += choose(of, count) * chance ** count * (1 - chance) ** (of - count);
  }
  return Math.min(1, sum);
}

/**
 * Which of these chances are too small to be chance, when so many are looked at together: Holm's step-down method, which
 * holds however they depend on each other. Answers with their keys.
 */
export function beyondChance<Key>(chances: ReadonlyMap<Key, number>): ReadonlySet<Key> {
  const sorted = [...chances].toSorted(([, a], [, b]) => a - b);
  const end = sorted.findIndex(([, chance], i) => chance > ERRORS_MAX / (sorted.length - i));
  return new Set(sorted.slice(0, end < 0 ? sorted.length : end).map(([key]) => key));
}

/** Which of so many sorted values is the low end of their spread: 1 is the least. */
function cutOf(trials: number): number {
  return spread(Array.from({ length: trials }, (_, i) => i + 1)).low;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways *= (n - k + i) / i;
  return ways;
}
