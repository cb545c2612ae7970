import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { beginTrace, childOf, encodeTraceparent, parseRequestId, parseTraceparent } from "./trace.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";

const digit = fc.nat(15).map((value) => value.toString(16));
const hex = (length: number) =>
  fc.array(digit, { minLength: length, maxLength: length }).map((digits) => digits.join(""));
const id = (length: number) => hex(length).filter((text) => !/^0+$/.test(text));

describe("traceparent", () => {
  test.prop([id(32), id(16), fc.boolean()])("[TR2] what is written is read", (traceId, spanId, sampled) => {
    expect(parseTraceparent(encodeTraceparent({ traceId, spanId, sampled }))).toEqual({ traceId, spanId, sampled });
  });

  test.prop([fc.integer({ min: 0, max: 255 })])("[TR2] of the flags only `sampled` counts", (flags) => {
    const text = `00-${TRACE_ID}-${SPAN_ID}-${flags.toString(16).padStart(2, "0")}`;
    expect(parseTraceparent(text)?.sampled).toBe(flags % 2 === 1);
  });

  test.prop([fc.integer({ min: 1, max: 254 }), fc.string({ unit: fc.oneof(digit, fc.constantFrom("z", "-")) })])(
    "[TR2] of a version that is not known the first four fields count",
    (version, rest) => {
      const text = `${version.toString(16).padStart(2, "0")}-${TRACE_ID}-${SPAN_ID}-01`;
      expect(parseTraceparent(text)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, sampled: true });
      expect(parseTraceparent(`${text}-${rest}`)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, sampled: true });
      expect(parseTraceparent(`${text}x${rest}`)).toBeNull();
    },
  );

  it.each([
    "",
    `ff-${TRACE_ID}-${SPAN_ID}-01`,
    `00-${"0".repeat(32)}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${"0".repeat(16)}-01`,
    `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${SPAN_ID}-01-more`,
    `00-${TRACE_ID}-${SPAN_ID}-01-`,
    `00-${TRACE_ID}-${SPAN_ID}-1`,
    `00-${TRACE_ID}-${SPAN_ID}`,
    `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${SPAN_ID}-01, 00-${TRACE_ID}-${SPAN_ID}-01`,
    ` 00-${TRACE_ID}-${SPAN_ID}-01`,
    `00-${TRACE_ID}-${SPAN_ID}-01\n`,
  ])("[TR2] %j is invalid", (text) => expect(parseTraceparent(text)).toBeNull());

  test.prop([fc.string()])("[TR2] no text makes it throw, and what it takes are ids", (text) => {
    const { traceId = TRACE_ID, spanId = SPAN_ID } = parseTraceparent(text) ?? {};
    expect([traceId, spanId]).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
    ]);
  });
});

describe("a trace", () => {
  it("[TR1] goes on as a child of the caller's", () => {
    const trace = beginTrace("r1", `00-${TRACE_ID}-${SPAN_ID}-01`);
    expect(trace).toMatchObject({ requestId: "r1", traceId: TRACE_ID, parentSpanId: SPAN_ID, sampled: true });
    expect(trace.spanId).not.toBe(SPAN_ID);
  });

  it("[TR2] begins afresh, unsampled and without a parent, where the caller's cannot be read", () => {
    const trace = beginTrace("r1", "nonsense");
    expect(trace).not.toHaveProperty("parentSpanId");
    expect(trace.sampled).toBe(false);
    expect(parseTraceparent(encodeTraceparent(trace))).not.toBeNull();
    expect(beginTrace("r1", "").traceId).not.toBe(trace.traceId);
  });

  it("[TR4] has children that name it as their parent", () => {
    const trace = beginTrace("r1", "");
    const child = childOf(trace);
    expect(child).toEqual({ ...trace, spanId: child.spanId, parentSpanId: trace.spanId });
    expect(childOf(trace).spanId).not.toBe(child.spanId);
  });

  it.each(["", "a b", "a\nb", "ä", "x".repeat(65)])("[OP3] %j is no request id", (text) => {
    expect(parseRequestId(text)).toBeNull();
  });
});
