import { AsyncLocalStorage } from "node:async_hooks";
import type { Trace } from "./trace.ts";

const context = new AsyncLocalStorage<Trace | undefined>();

/** Does the work as part of a trace: everything that it awaits, and every timer that it sets, is part of it too. */
export function inTrace<T>(trace: Trace, work: () => T): T {
  return context.run(trace, work);
}

/**
 * Does the work as part of no trace. For a loop, a queue or a timer that serves many: it would go on under the name of
 * whoever happened to start it. [TR6]
 */
export function outsideTrace<T>(work: () => T): T {
  return context.run(undefined, work);
}

/** The trace that this code runs for, if any. Requests that run at the same time never see each other's. [TR3] */
export function currentTrace(): Trace | undefined {
  return context.getStore();
}
