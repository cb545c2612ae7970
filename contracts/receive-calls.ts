import { log } from "./log.ts";
import { observe } from "./metrics.ts";
import { isRefusal } from "./reply.ts";
import { childOf } from "./trace.ts";
import { currentTrace, inTrace } from "./trace-context.ts";
import { dropTrace, takeTrace } from "./trace-hops.ts";

/** Who is called: a service, or a Durable Object by the name of its class. */
export type Callee = { readonly service: string } | { readonly object: string };
type Method = (this: unknown, ...args: readonly unknown[]) => unknown;

// The runtime calls these, and no request of a client stands behind them.
const NO_CALLS = new Set(["constructor", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"]);
const BROKEN = new Set(["error", "internal", "unavailable"]);

/**
 * Makes every method of a service, of its worker's class, or of an object's class a span of the caller's trace, its
 * fetch included. Each call of a service is measured and written to the log; one of an object is written when the trace
 * is sampled or the call broke. Calls without a trace are done all the same. Answers what it was given. [TR4] [TR7]
 */
export function receiveCalls<Target extends object>(target: Target, callee: Callee): Target {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(target))) {
    if (typeof value !== "function" || NO_CALLS.has(name)) continue;
    Object.defineProperty(target, name, { value: receiving(value as Method, name, callee) });
  }
  return target;
}

function receiving(method: Method, call: string, callee: Callee): Method {
  return async function (...args) {
    const work = () => Reflect.apply(method, this, dropTrace(args));
    // In the monolith services are called in the caller's own context.
    const parent = takeTrace(args) ?? currentTrace();
    if (parent !== undefined) return inTrace(childOf(parent), () => perform(work, call, callee));
    return "service" in callee ? perform(work, call, callee) : work();
  };
}

async function perform(work: () => unknown, call: string, callee: Callee): Promise<unknown> {
  const startedMs = performance.now();
  let outcome = "error";
  try {
    const answer: unknown = await work();
    outcome = outcomeOf(answer);
    return answer;
  } finally {
    record(callee, call, performance.now() - startedMs, outcome);
  }
}

function outcomeOf(answer: unknown): string {
  if (answer instanceof Response) return answer.status < 400 ? "ok" : String(answer.status);
  return isRefusal(answer) ? answer.failure : "ok";
}

function record(callee: Callee, call: string, ms: number, outcome: string): void {
  const trace = currentTrace();
  const broken = BROKEN.has(outcome);
  if ("service" in callee) observe("edgechat_service_call_seconds", ms / 1000, { ...callee, call, outcome });
  else if (!broken && !trace?.sampled) return;
  const parentSpanId = trace?.parentSpanId;
  log(broken ? "error" : "info", "call", { ...callee, call, ms: Math.round(ms * 10) / 10, outcome, parentSpanId });
}
