import { Counter, Trend } from "k6/metrics";
import type { Moment } from "../model/steps.ts";
import { moment } from "./clock.ts";

/** What is read of k6's response. */
export type Answered = {
  readonly status: number;
  readonly error_code: number;
  readonly timings: { readonly duration: number };
};

/** k6's error codes of a request and of a connection that took too long. */
const TIMEOUTS: readonly number[] = [1050, 1211];

const http = {
  duration: new Trend("steady_http_duration", true),
  requests: new Counter("steady_http_requests"),
  errors: new Counter("steady_http_errors"),
  status4xx: new Counter("steady_http_4xx"),
  status5xx: new Counter("steady_http_5xx"),
  status429: new Counter("steady_http_429"),
  timeouts: new Counter("steady_http_timeout"),
  iterations: new Counter("steady_iters"),
};

const ws = {
  duration: new Trend("steady_ws_connect_duration", true),
  connects: new Counter("steady_ws_connects"),
  errors: new Counter("steady_ws_errors"),
  timeouts: new Counter("steady_ws_timeouts"),
  status4xx: new Counter("steady_ws_4xx"),
  status5xx: new Counter("steady_ws_5xx"),
  status429: new Counter("steady_ws_429"),
};

/** The tags of a request that begins now. */
export function tagsOf(name: string, { step, phase }: Moment): Record<string, string> {
  return { name, step: String(step.step), vus: String(step.vus), phase };
}

/** Counts a request if it began in a steady phase. A dialect says itself what a success is. */
export function recordHttp(
  response: Answered,
  name: string,
  isSuccess = response.status >= 200 && response.status < 300,
  began: Moment = moment(),
): void {
  if (began.phase !== "steady") return;
  const tags = tagsOf(name, began);
  http.requests.add(1, tags);
  http.duration.add(response.timings.duration, tags);
  if (!isSuccess) http.errors.add(1, tags);
  if (TIMEOUTS.includes(response.error_code)) http.timeouts.add(1, tags);
  recordStatus(http, response.status, tags);
}

/** Counts an iteration that is done if it began in a steady phase. */
export function recordIteration(began: Moment): void {
  if (began.phase === "steady") http.iterations.add(1, tagsOf("iteration", began));
}

/** Counts an attempt to connect that began in a steady phase and ended in an open socket. */
export function recordConnect(durationMs: number, began: Moment): void {
  if (began.phase !== "steady") return;
  const tags = tagsOf("ws", began);
  ws.connects.add(1, tags);
  ws.duration.add(durationMs, tags);
}

/** Counts an attempt that ended in none; `status` is the edge's where it refused, else 0. */
export function recordRefusal(cause: { readonly isTimeout: boolean; readonly status: number }, began: Moment): void {
  if (began.phase !== "steady") return;
  const tags = tagsOf("ws", began);
  ws.connects.add(1, tags);
  ws.errors.add(1, tags);
  if (cause.isTimeout) ws.timeouts.add(1, tags);
  recordStatus(ws, cause.status, tags);
}

/** Counts an open socket that ended in a steady phase although nobody here closed it. */
export function recordBreak(at: Moment = moment()): void {
  if (at.phase === "steady") ws.errors.add(1, tagsOf("ws", at));
}

type ByStatus = { readonly status4xx: Counter; readonly status5xx: Counter; readonly status429: Counter };

function recordStatus(counters: ByStatus, status: number, tags: Record<string, string>): void {
  if (status >= 400 && status < 500) counters.status4xx.add(1, tags);
  if (status === 429) counters.status429.add(1, tags);
  if (status >= 500) counters.status5xx.add(1, tags);
}
