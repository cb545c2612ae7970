import type { HttpRow, WsRow } from "./run.ts";
import type { Step } from "./steps.ts";

/** What k6 writes with --summary-export: a metric by name, a submetric as `name{step:1,vus:10}`. */
export type K6Summary = {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
};

/**
 * Reads the steady phase's metrics of one step. A part is null when no step of the run has any of it: k6 lists a metric
 * that has a threshold also when nothing was ever counted.
 */
export class StepMetrics {
  readonly #summary: K6Summary;
  readonly #tags: string;
  readonly #seconds: number;

  constructor(summary: K6Summary, { step, vus, steadyAtMs, endMs }: Step) {
    this.#summary = summary;
    this.#tags = `{step:${step},vus:${vus}}`;
    this.#seconds = (endMs - steadyAtMs) / 1_000;
  }

  http(): HttpRow | null {
    if (!hasAny(this.#summary, "steady_http_")) return null;
    const requests = this.#count("http_requests");
    const time = (stat: string) => (requests === 0 ? null : this.#value("http_duration", stat));
    return {
      requests,
      requestsPerSecond: requests / this.#seconds,
      iterationsPerSecond: this.#count("iters") / this.#seconds,
      errorRate: shareOf(this.#count("http_errors"), requests),
      timeoutRate: shareOf(this.#count("http_timeout"), requests),
      p50: time("med"),
      p90: time("p(90)"),
      p95: time("p(95)"),
      p99: time("p(99)"),
      status4xx: this.#count("http_4xx"),
      status5xx: this.#count("http_5xx"),
      status429: this.#count("http_429"),
    };
  }

  ws(): WsRow | null {
    if (!hasAny(this.#summary, "steady_ws_")) return null;
    const connects = this.#count("ws_connects");
    const time = (stat: string) => (connects === 0 ? null : this.#value("ws_connect_duration", stat));
    return {
      connects,
      errors: this.#count("ws_errors"),
      timeouts: this.#count("ws_timeouts"),
      connectP95: time("p(95)"),
      connectP99: time("p(99)"),
      status4xx: this.#count("ws_4xx"),
      status5xx: this.#count("ws_5xx"),
      status429: this.#count("ws_429"),
    };
  }

  #count(name: string): number {
    return this.#value(name, "count") ?? 0;
  }

  #value(name: string, stat: string): number | null {
    const value = this.#summary.metrics[`steady_${name}${this.#tags}`]?.[stat];
    return typeof value === "number" ? value : null;
  }
}

/** A share of 1. Of nothing it is 0, unless something was counted all the same. */
export function shareOf(part: number, all: number): number {
  return part === 0 ? 0 : Math.min(1, part / all);
}

function hasAny({ metrics }: K6Summary, prefix: string): boolean {
  return Object.entries(metrics).some(([name, values]) => {
    const count = name.startsWith(prefix) ? values?.count : 0;
    return typeof count === "number" && count > 0;
  });
}
