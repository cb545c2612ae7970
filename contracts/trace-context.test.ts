import { fc, test } from "@fast-check/vitest";
import { afterEach, expect, it, vi } from "vitest";
import { log } from "./log.ts";
import { beginTrace } from "./trace.ts";
import { currentTrace, inTrace, outsideTrace } from "./trace-context.ts";

afterEach(() => vi.restoreAllMocks());

function lines(): Record<string, unknown>[] {
  const written: Record<string, unknown>[] = [];
  vi.spyOn(console, "info").mockImplementation((line: string) => written.push(JSON.parse(line)));
  return written;
}

test.prop([fc.scheduler(), fc.integer({ min: 2, max: 6 })])(
  "[TR3] pieces of work that take turns in any order each see their own trace",
  async (scheduler, requests) => {
    const seen = Array.from({ length: requests }, (_, i) => {
      const trace = beginTrace(`r${i}`, "");
      return inTrace(trace, async () => {
        for (let step = 0; step < 3; step++) {
          await scheduler.schedule(Promise.resolve());
          if (currentTrace() !== trace) return false;
        }
        return true;
      });
    });
    await scheduler.waitAll();
    expect(await Promise.all(seen)).not.toContain(false);
    expect(currentTrace()).toBeUndefined();
  },
);

it("[TR3] every line within a trace has its ids, whatever else it says", () => {
  const written = lines();
  const trace = beginTrace("r1", "");
  const { traceId, spanId } = trace;
  inTrace(trace, () => log("info", "request", { status: 200 }));
  expect(written).toEqual([
    { at: expect.any(String), level: "info", event: "request", requestId: "r1", traceId, spanId, status: 200 },
  ]);
});

it("[TR3] a line outside of a trace is written without ids", () => {
  const written = lines();
  log("info", "ready");
  expect(written).toEqual([{ at: expect.any(String), level: "info", event: "ready" }]);
});

it("[TR6] work that serves many runs outside, and whoever started it goes on within", async () => {
  const trace = beginTrace("r1", "");
  await inTrace(trace, async () => {
    expect(await outsideTrace(async () => currentTrace())).toBeUndefined();
    expect(currentTrace()).toBe(trace);
  });
});
