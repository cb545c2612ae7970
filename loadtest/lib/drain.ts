import type { Watcher } from "../checker/watcher.ts";
import { SETTLE_MS } from "../model/observation.ts";

/** Who is behind for longer is not waited for: k6 interrupts a virtual user in the end. */
const BEHIND_MS_MAX = 20_000;

/**
 * Whether what was sent before a moment has come, as far as it will: something came that was sent after it, or nothing
 * comes any more. A subscriber that left before would call late what is not lost.
 */
export function isDrained(
  { seenAtMs, newestSentMs }: Pick<Watcher, "seenAtMs" | "newestSentMs">,
  untilMs: number,
  nowMs: number,
): boolean {
  const isQuiet = nowMs - Math.max(untilMs, seenAtMs) >= SETTLE_MS;
  return newestSentMs >= untilMs || isQuiet || nowMs - untilMs >= BEHIND_MS_MAX;
}
