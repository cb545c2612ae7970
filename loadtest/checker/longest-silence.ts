/**
 * The longest time between two moments in which nothing was acknowledged, ms, of acknowledgements in any order. The
 * stretches from the first moment on and up to the last one count.
 */
export function longestSilence(ackedAtMs: readonly number[], fromMs: number, toMs: number): number {
  const within = ackedAtMs.filter((at) => at > fromMs && at < toMs).toSorted((a, b) => a - b);
  let longest = 0;
  let before = fromMs;
  for (const at of [...within, toMs]) {
    longest = Math.max(longest, at - before);
    before = at;
  }
  return longest;
}
