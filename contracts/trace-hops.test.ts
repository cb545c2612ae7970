import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FailureName } from "./failures.ts";
import { samples } from "./metrics.ts";
import { receiveCalls } from "./receive-calls.ts";
import { fail, ok } from "./reply.ts";
import { beginTrace, encodeTraceparent } from "./trace.ts";
import { currentTrace, inTrace } from "./trace-context.ts";
import { sendTraces, takeTrace, traceHeaders, traceObjects } from "./trace-hops.ts";

const sampled = beginTrace("r1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
const unsampled = { ...sampled, sampled: false };

let written: Record<string, unknown>[];
beforeEach(() => {
  written = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => written.push(JSON.parse(line)));
  }
});
afterEach(() => vi.restoreAllMocks());

/** An object of today. What it was called with, and within which trace, it answers. */
function traced() {
  class Today {
    #secret = "own";
    static {
      receiveCalls(Today.prototype, { object: "today" });
    }
    async tell(...args: readonly unknown[]) {
      return { args, trace: currentTrace(), secret: this.#secret };
    }
    async breaks() {
      throw new Error("no");
    }
    async refuses(failure: FailureName) {
      return fail(failure);
    }
    async alarm() {
      return currentTrace();
    }
    async fetch(request: Request) {
      return new Response(null, { status: request.headers.has("wrong") ? 404 : 200 });
    }
  }
  return sendTraces(new Today());
}

describe("a call between two of today", () => {
  it("[TR4] is a child of the caller's span, and takes what it was given", async () => {
    const { args, trace, secret } = await inTrace(unsampled, () => traced().tell("a", 1));
    expect(args.filter((arg) => arg !== undefined)).toEqual(["a", 1]);
    expect(trace).toEqual({ ...unsampled, spanId: trace?.spanId, parentSpanId: unsampled.spanId });
    expect(secret).toBe("own");
  });

  it("[TR4] is made without a trace outside of one", async () => {
    expect(await traced().tell("a")).toEqual({ args: ["a"], trace: undefined, secret: "own" });
  });

  it("[TR4] an upgrade carries the trace in its headers", async () => {
    const request = new Request("http://room/", { headers: { traceparent: "stale", "x-request-id": "stale" } });
    await inTrace(sampled, () => traced().fetch(request));
    const { requestId, traceId, spanId: parentSpanId } = sampled;
    expect(written).toMatchObject([{ call: "fetch", outcome: "ok", requestId, traceId, parentSpanId }]);
  });

  it("[OP12] an upgrade that is refused has its status for an outcome", async () => {
    await inTrace(sampled, () => traced().fetch(new Request("http://room/", { headers: { wrong: "yes" } })));
    expect(written).toMatchObject([{ level: "info", call: "fetch", outcome: "404" }]);
  });

  it("[TR6] an alarm is nobody's call", async () => {
    expect(await inTrace(sampled, () => traced().alarm())).toBe(sampled);
    expect(written).toEqual([]);
  });
});

describe("what is written of an object's call", () => {
  it("[TR7] nothing, unless the trace is sampled", async () => {
    await inTrace(unsampled, () => traced().tell());
    expect(written).toEqual([]);
    await inTrace(sampled, () => traced().tell());
    const { requestId, traceId, spanId: parentSpanId } = sampled;
    expect(written).toMatchObject([
      { level: "info", event: "call", object: "today", call: "tell", outcome: "ok", requestId, traceId, parentSpanId },
    ]);
  });

  it("[TR7] an error, sampled or not, when it broke; the caller sees what was thrown", async () => {
    await expect(inTrace(unsampled, () => traced().breaks())).rejects.toThrow("no");
    await inTrace(unsampled, () => traced().refuses("internal"));
    await inTrace(unsampled, () => traced().refuses("unavailable"));
    await inTrace(unsampled, () => traced().refuses("notFound"));
    expect(written).toMatchObject([
      { level: "error", call: "breaks", outcome: "error", requestId: "r1" },
      { level: "error", call: "refuses", outcome: "internal", requestId: "r1" },
      { level: "error", call: "refuses", outcome: "unavailable", requestId: "r1" },
    ]);
  });
});

describe("what is written of a service's call", () => {
  const service = receiveCalls(
    { refuse: async () => fail("notFound"), answer: async () => ok(1) },
    { service: "test" },
  );

  it("[TR7] one line each, in the caller's trace where both are in one worker", async () => {
    await inTrace(unsampled, () => service.answer());
    await service.refuse();
    expect(written).toMatchObject([
      { event: "call", service: "test", call: "answer", outcome: "ok", parentSpanId: unsampled.spanId },
      { event: "call", service: "test", call: "refuse", outcome: "notFound" },
    ]);
    expect(written[1]).not.toHaveProperty("traceId");
  });

  it("[OP12] its time is measured by service, call and outcome", async () => {
    await service.refuse();
    const labels = '{service="test",call="refuse",outcome="notFound"}';
    expect(samples(0)).toContainEqual(
      expect.objectContaining({ name: "edgechat_service_call_seconds", suffix: "_count", labels, value: 2 }),
    );
  });
});

describe("a call between versions", () => {
  it("[TR5] a receiver of the version before never takes the trace for an optional parameter", async () => {
    const before = {
      tell: async (room: string, onlyUserId?: number, frame = "default") => ({ room, onlyUserId, frame }),
    };
    const told = await inTrace(sampled, () => sendTraces(before).tell("1"));
    expect(told).toEqual({ room: "1", onlyUserId: undefined, frame: "default" });
  });

  it("[TR5] the trace is the ninth argument, in every version", async () => {
    const call = { of: async (...args: readonly unknown[]) => args };
    const trace = `${encodeTraceparent(sampled)};r1`;
    const padding = Array<undefined>(7).fill(undefined);
    expect(await inTrace(sampled, () => sendTraces(call).of("a"))).toEqual(["a", ...padding, trace]);
  });

  it("[TR5] a call with more arguments than any method has keeps them, and goes without a trace", async () => {
    const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const call = { of: async (...args: readonly number[]) => args };
    expect(await inTrace(sampled, () => sendTraces(call).of(...nine))).toEqual(nine);
  });

  test.prop([fc.anything()])(
    "[TR5] whatever stands where a trace would is dropped when it is none",
    async (anything) => {
      fc.pre(typeof anything !== "string");
      const called = [1, ...Array<undefined>(7).fill(undefined), anything];
      expect(takeTrace(called)).toBeNull();
      expect(takeTrace([...called.slice(0, 8), String(fc.sample(fc.string(), 1)[0])])).toBeNull();
    },
  );

  it.each([
    "",
    ";",
    "r1",
    `${encodeTraceparent(sampled)}`,
    `${encodeTraceparent(sampled)}x`,
    `${encodeTraceparent(sampled)};a b`,
    "00-0-0-00;r1",
  ])("[TR5] %j is no trace", (text) => expect(takeTrace([...Array<undefined>(8).fill(undefined), text])).toBeNull());
});

describe("bindings", () => {
  class Namespace {
    getByName(name: string) {
      return { of: async (...args: readonly unknown[]) => ({ name, trace: takeTrace(args) }) };
    }
  }
  // A service binding has every method that it is asked for.
  const binding = new Proxy({}, { get: () => () => "answer", getPrototypeOf: () => Response.prototype });

  it("[TR4] objects of every namespace get traces, whatever its name; settings and services stay what they are", async () => {
    const env = traceObjects({ ROOM: new Namespace(), SENDS: "5", HASHER: binding });
    const { requestId, traceId, spanId, sampled: flag } = sampled;
    expect(await inTrace(sampled, () => env.ROOM.getByName("1").of())).toEqual({
      name: "1",
      trace: { requestId, traceId, spanId, sampled: flag },
    });
    expect(env.SENDS).toBe("5");
    expect(env.HASHER).toBe(binding);
  });

  it("[TR4] the bindings of a worker are looked through once", () => {
    const env = { ROOM: new Namespace() };
    expect(traceObjects(env)).toBe(traceObjects(env));
  });

  it("[TR4] headers for a hop over HTTP are those of the current trace, none outside", () => {
    expect(traceHeaders()).toEqual({});
    expect(inTrace(sampled, traceHeaders)).toEqual({ "x-request-id": "r1", traceparent: encodeTraceparent(sampled) });
  });
});
