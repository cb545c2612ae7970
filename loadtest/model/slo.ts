import { shareOf } from "./k6-summary.ts";
import type { Slo, StepRow } from "./run.ts";
import type { Environment } from "./steps.ts";

/**
 * Reads SLO_P95_MS (500), SLO_P99_MS (unset), SLO_ERROR_RATE (0.01) and SLO_TIMEOUT_RATE (0). Throws and names the
 * variable that is wrong.
 */
export function readSlo(env: Environment): Slo {
  return {
    p95Ms: readTime("SLO_P95_MS", env.SLO_P95_MS || "500"),
    p99Ms: env.SLO_P99_MS ? readTime("SLO_P99_MS", env.SLO_P99_MS) : null,
    errorRate: readRate("SLO_ERROR_RATE", env.SLO_ERROR_RATE || "0.01"),
    timeoutRate: readRate("SLO_TIMEOUT_RATE", env.SLO_TIMEOUT_RATE || "0"),
  };
}

type Measured = Pick<StepRow, "http" | "ws" | "delivery" | "extra">;

/** What the SLO is judged on. Where there is no HTTP it is what subscribers and publishers of messages saw. [LC12] */
export type Judged = {
  readonly p95: number | null;
  readonly p99: number | null;
  readonly errorRate: number;
  readonly timeoutRate: number;
};

/** Why a step breaks its SLO, in words; nothing when it holds. */
export function judgeSlo(slo: Slo, measured: Measured): readonly string[] {
  if (hasNoData(measured)) return ["no data"];
  const { p95, p99, errorRate, timeoutRate } = judgedOf(measured);
  const reasons: string[] = [];
  if (p95 !== null && p95 > slo.p95Ms) reasons.push(`p95 ${toMs(p95)} > ${toMs(slo.p95Ms)}`);
  if (slo.p99Ms !== null && p99 !== null && p99 > slo.p99Ms) reasons.push(`p99 ${toMs(p99)} > ${toMs(slo.p99Ms)}`);
  if (errorRate > slo.errorRate) reasons.push(`error rate ${toPercent(errorRate)} > ${toPercent(slo.errorRate)}`);
  if (timeoutRate > slo.timeoutRate) {
    reasons.push(`timeout rate ${toPercent(timeoutRate)} > ${toPercent(slo.timeoutRate)}`);
  }
  return reasons;
}

function judgedOf({ http, ws, delivery }: Measured): Judged {
  // What may break is every socket that was open, not only those that were dialled in the steady phase.
  const sockets = Math.max(ws?.connects ?? 0, delivery?.subscribers ?? 0);
  const wsErrorRate = shareOf(ws?.errors ?? 0, sockets);
  const wsTimeoutRate = shareOf(ws?.timeouts ?? 0, sockets);
  const { p95, p99, errorRate, timeoutRate } = http ?? {
    p95: delivery?.p95 ?? null,
    p99: delivery?.p99 ?? null,
    errorRate: delivery === null ? 0 : shareOf(delivery.sent - delivery.acked, delivery.sent),
    timeoutRate: 0,
  };
  const rates = { errorRate: Math.max(errorRate, wsErrorRate), timeoutRate: Math.max(timeoutRate, wsTimeoutRate) };
  return { p95, p99, ...rates };
}

function hasNoData({ http, ws, delivery, extra }: Measured): boolean {
  if (http !== null) return http.requests === 0;
  if (delivery !== null && delivery.sent + delivery.subscribers > 0 && extra.length === 0) {
    return delivery.p95 === null && delivery.ackP95 === null;
  }
  return extra.length === 0 && (ws?.connects ?? 0) === 0;
}

function readTime(name: string, text: string): number {
  const ms = Number(text);
  if (Number.isFinite(ms) && ms > 0) return ms;
  throw new Error(`${name} must be a number of milliseconds above 0, got "${text}"`);
}

function readRate(name: string, text: string): number {
  const rate = Number(text);
  if (text.trim() !== "" && rate >= 0 && rate <= 1) return rate;
  throw new Error(`${name} must be a share from 0 to 1 such as 0.01, got "${text}"`);
}

function toMs(ms: number): string {
  return `${Number(ms.toPrecision(3))} ms`;
}

function toPercent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
