import type { DeliveryRow, HttpRow, KillRow, Run, StepRow, Trial, WsRow } from "../model/run.ts";
import { bottleneckOf, capacityOf } from "../model/step-report.ts";

/** A run for tests: what is not said is a passing run of one trial on the monolith. */
export function sampleRun(changes: Partial<Run> = {}): Run {
  const trials = changes.trials ?? [sampleTrial([sampleRow()])];
  return {
    id: "20260102-030405-full-system-monolith",
    scenario: "full-system",
    deployment: "monolith",
    url: "http://127.0.0.1:8787",
    machine: sampleMachine,
    k6: "k6 v2.2.0",
    configuration: { K6_START_VUS: "10", K6_END_VUS: "30" },
    slo: sampleSlo,
    verdict: trials.every(({ verdict }) => verdict === "pass") ? "pass" : "fail",
    ...changes,
    trials,
  };
}

/** A trial of these steps, its capacity and bottleneck as the model says. */
export function sampleTrial(rows: readonly StepRow[], trial = 1): Trial {
  return {
    trial,
    startedAt: "2026-01-02T03:04:05.000Z",
    slo: sampleSlo,
    capacity: capacityOf(rows),
    bottleneck: bottleneckOf(rows),
    rows,
    crossed: [],
    verdict: rows.every(({ verdict }) => verdict === "pass") ? "pass" : "fail",
  };
}

/** A step that passes and measured HTTP alone. */
export function sampleRow(changes: Partial<StepRow> = {}): StepRow {
  return {
    step: 1,
    vus: 10,
    seconds: 60,
    http: sampleHttp(),
    ws: null,
    delivery: null,
    extra: [],
    generator: { cores: 0.5, machineBusy: 0.6, residentMiB: 120, lagP99Ms: 2, limited: false, reasons: [] },
    kill: null,
    verdict: "pass",
    reasons: [],
    ...changes,
  };
}

/** HTTP figures without an error. */
export function sampleHttp(changes: Partial<HttpRow> = {}): HttpRow {
  return {
    requests: 60_000,
    requestsPerSecond: 1_000,
    iterationsPerSecond: 70,
    errorRate: 0,
    timeoutRate: 0,
    p50: 4,
    p90: 9,
    p95: 12,
    p99: 30,
    status4xx: 0,
    status5xx: 0,
    status429: 0,
    ...changes,
  };
}

/** Socket figures without an error. */
export function sampleWs(changes: Partial<WsRow> = {}): WsRow {
  const status = { status4xx: 0, status5xx: 0, status429: 0 };
  return { connects: 40, errors: 0, timeouts: 0, connectP95: 8, connectP99: 14, ...status, ...changes };
}

/** A delivery in which nothing went wrong. */
export function sampleDelivery(changes: Partial<DeliveryRow> = {}): DeliveryRow {
  return {
    subscribers: 10,
    sent: 600,
    acked: 600,
    delivered: 6_000,
    owed: 5_900,
    comparedBlocks: 18,
    deliveriesPerSecond: 100,
    ackedPerSecond: 10,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    p50: 3,
    p95: 7,
    p99: 15,
    ackP50: 2,
    ackP95: 5,
    ackP99: 9,
    ...changes,
  };
}

/** A kill from which the server came back in a second. */
export const sampleKill: KillRow = {
  atMs: 30_000,
  readyAfterMs: 1_000,
  silenceMs: 1_200,
  resumed: true,
  failedRequests: 17,
};

const sampleSlo = { p95Ms: 500, p99Ms: null, errorRate: 0.01, timeoutRate: 0 };
const sampleMachine = {
  date: "2026-01-02T03:04:00.000Z",
  commit: "abc1234",
  cores: 2,
  cpu: "A processor",
  memoryGiB: 8,
  os: "linux 6.1",
  node: "v24.21.0",
  loadBefore: 0.1,
};
