import { REQUEST_ID_HEADER } from "./identity.ts";
import { encodeTraceparent, parseRequestId, parseTraceparent, type Trace } from "./trace.ts";
import { currentTrace } from "./trace-context.ts";

/** W3C's header of a request. */
export const TRACEPARENT_HEADER = "traceparent";

/**
 * Where a trace stands among the arguments of an RPC. It is past the parameters of every method, so that a receiver of
 * the version before, which does not look there, never takes it for an optional parameter of its own. [TR5]
 */
const TRACE_AT = 8;

/** The headers that carry the current trace over HTTP; none outside of a trace. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const trace = currentTrace();
  if (trace === undefined) return {};
  return { [REQUEST_ID_HEADER]: trace.requestId, [TRACEPARENT_HEADER]: encodeTraceparent(trace) };
}

/** The trace that came with a call: among the arguments of an RPC, or in the headers of a request. Null without one. */
export function takeTrace(args: readonly unknown[]): Trace | null {
  const [request] = args;
  if (request instanceof Request) return readHeaders(request.headers);
  const text = args[TRACE_AT];
  if (typeof text !== "string") return null;
  const [traceparent = "", ...requestId] = text.split(";");
  return toTrace(traceparent, requestId.join(";"));
}

/** What a method was called with, without the trace. */
export function dropTrace(args: readonly unknown[]): readonly unknown[] {
  return args.length > TRACE_AT ? args.slice(0, TRACE_AT) : args;
}

/** The same stub; each call that is made within a trace takes it along. [TR4] */
export function sendTraces<Stub extends object>(stub: Stub): Stub {
  return new Proxy(stub, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      // Not method.call(): what a stub gives is no function object, and `call` would be the name of another RPC.
      return (...args: readonly unknown[]) => Reflect.apply(method, target, addTrace(args));
    },
  });
}

const traced = new WeakMap<object, object>();

/** The same bindings; what is called on an object of any of their namespaces within a trace takes it along. [TR4] */
export function traceObjects<Env extends object>(env: Env): Env {
  const known = traced.get(env) ?? Object.fromEntries(Object.entries(env).map(traceBinding));
  traced.set(env, known);
  return known as Env;
}

function traceBinding([name, binding]: [string, unknown]): [string, unknown] {
  return [name, isNamespace(binding) ? { getByName: (id: string) => sendTraces(binding.getByName(id)) } : binding];
}

// A service binding answers every name, so that only its prototype tells that it is no namespace.
function isNamespace(binding: unknown): binding is { getByName(name: string): object } {
  if (typeof binding !== "object" || binding === null) return false;
  const prototype: unknown = Object.getPrototypeOf(binding);
  return typeof prototype === "object" && prototype !== null && "getByName" in prototype;
}

function addTrace(args: readonly unknown[]): readonly unknown[] {
  const trace = currentTrace();
  if (trace === undefined) return args;
  const [request, ...others] = args;
  if (request instanceof Request) return [withHeaders(request), ...others];
  if (args.length > TRACE_AT) return args;
  const padding = Array<undefined>(TRACE_AT - args.length).fill(undefined);
  return [...args, ...padding, `${encodeTraceparent(trace)};${trace.requestId}`];
}

function withHeaders(request: Request): Request {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(traceHeaders())) headers.set(name, value);
  return new Request(request, { headers });
}

function readHeaders(headers: Headers): Trace | null {
  return toTrace(headers.get(TRACEPARENT_HEADER) ?? "", headers.get(REQUEST_ID_HEADER) ?? "");
}

function toTrace(traceparent: string, id: string): Trace | null {
  const parent = parseTraceparent(traceparent);
  const requestId = parseRequestId(id);
  return parent === null || requestId === null ? null : { ...parent, requestId };
}
