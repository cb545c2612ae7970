import type { KillRow } from "../model/run.ts";
import type { StepPlan } from "../model/steps.ts";
import type { Kill } from "./kill.ts";
import type { Measurement } from "./measurement.ts";

/** What a kill cost its step: how long the edge was away, how long nothing was acknowledged, and what failed. */
export function toKillRow({ step, atMs, readyAfterMs }: Kill, plan: StepPlan, measurement: Measurement): KillRow {
  const { judged, beganAtMs, summary } = measurement;
  const { vus = 0, steadyAtMs = 0, endMs = 0 } = plan.steps.find((one) => one.step === step) ?? {};
  const found = judged.get(step);
  const upAtMs = beganAtMs + steadyAtMs + atMs + (readyAfterMs ?? 0);
  const hasAcks = (found?.delivery?.acked ?? 0) > 0;
  const failed = summary.metrics[`steady_http_errors{step:${step},vus:${vus}}`]?.count;
  return {
    atMs,
    readyAfterMs,
    silenceMs: hasAcks ? (found?.longestSilence(beganAtMs + steadyAtMs, beganAtMs + endMs) ?? null) : null,
    resumed: found?.delivery == null ? null : found.hasAckAfter(upAtMs),
    failedRequests: typeof failed === "number" ? failed : 0,
  };
}
