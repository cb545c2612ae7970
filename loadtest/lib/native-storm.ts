import { type Histogram, quantileOf, record } from "../model/histogram.ts";
import type { Step } from "../model/steps.ts";
import { steadyOf } from "./clock.ts";
import { failed, type Member } from "./native-member.ts";
import { observe } from "./observe.ts";
import { wait, waitUntil } from "./wait.ts";

/** How exactly the return is timed. */
const POLL_MS = 10;

/**
 * Cuts every member in the middle of the steady phase, waits until each has caught up with its room and writes down how
 * long the last one and the 95th percentile took. Who is not back when the phase ends is a failure.
 */
export async function storm(members: readonly Member[], { step }: Step): Promise<void> {
  const { fromMs, toMs } = steadyOf(step);
  await waitUntil((fromMs + toMs) / 2);
  const cutAtMs = Date.now();
  for (const member of members) member.cut();
  const times: Histogram = new Map();
  let away = members;
  let lastMs = 0;
  while (away.length > 0 && Date.now() < toMs) {
    await wait(POLL_MS);
    lastMs = Date.now() - cutAtMs;
    for (const member of away) if (member.isCurrent) record(times, lastMs);
    away = away.filter((member) => !member.isCurrent);
  }
  if (away.length > 0) observe(failed(step, `storm: ${away.length} of ${members.length} were not current at the end`));
  observe({ type: "extra", step, name: "storm: last current", unit: "ms", value: lastMs });
  observe({
    type: "extra",
    step,
    name: "storm: p95 current",
    unit: "ms",
    value: Math.min(lastMs, Math.round(quantileOf(times, 0.95) ?? 0)),
  });
}
