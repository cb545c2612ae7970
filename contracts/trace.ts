/** Where a piece of work stands: the request that it is done for, and its place in that request's trace. */
export type Trace = {
  readonly requestId: string;
  readonly traceId: string;
  /** This piece of work. */
  readonly spanId: string;
  /** The piece of work that asked for it; missing where the trace began. */
  readonly parentSpanId?: string;
  /** Whoever began the trace wants to see all of it: objects write their lines too. */
  readonly sampled: boolean;
};
type Parent = Pick<Trace, "traceId" | "spanId" | "sampled">;

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const REQUEST_ID = /^[\w.-]{1,64}$/;
const ZEROS = /^0+$/;
const SAMPLED = 0x01;

/**
 * Reads `traceparent` as W3C Trace Context, level 1 (w3.org/TR/trace-context-1). Of a version that is not known yet the
 * first four fields count; null for everything that the standard calls invalid. [TR2]
 */
export function parseTraceparent(text: string): Parent | null {
  const [, version, traceId = "", spanId = "", flags = "", rest] = TRACEPARENT.exec(text) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** Writes `traceparent` for the next hop: this piece of work is its parent. */
export function encodeTraceparent({ traceId, spanId, sampled }: Parent): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/** A request id that may stand in a header and in a log: 1-64 letters, digits, `_`, `.` or `-`. Null for others. [OP3] */
export function parseRequestId(text: string): string | null {
  return REQUEST_ID.test(text) ? text : null;
}

/** The trace of a request: a part of the caller's own where `traceparent` can be read, otherwise a fresh one. [TR2] */
export function beginTrace(requestId: string, traceparent: string): Trace {
  const parent = parseTraceparent(traceparent);
  if (parent === null) return { requestId, traceId: randomHex(16), spanId: randomHex(8), sampled: false };
  return childOf({ ...parent, requestId });
}

/** The next piece of work in the same trace. */
export function childOf({ requestId, traceId, spanId, sampled }: Trace): Trace {
  return { requestId, traceId, spanId: randomHex(8), parentSpanId: spanId, sampled };
}

function randomHex(bytes: number): string {
  let text = "";
  // The standard calls an id of zeros invalid.
  while (ZEROS.test(text) || text === "") {
    text = "";
    for (const byte of crypto.getRandomValues(new Uint8Array(bytes))) text += byte.toString(16).padStart(2, "0");
  }
  return text;
}
