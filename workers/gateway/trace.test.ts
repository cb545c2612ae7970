import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseTraceparent } from "../../contracts/trace.ts";
import { currentTrace } from "../../contracts/trace-context.ts";
import { ann, tokenOf } from "./fake-services.ts";
import { testGateway } from "./test-gateway.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

let written: Record<string, unknown>[];
beforeEach(() => {
  written = [];
  for (const level of ["info", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => written.push(JSON.parse(line)));
  }
});
afterEach(() => vi.restoreAllMocks());

describe("a request with a traceparent", () => {
  it("[TR1] goes on in the caller's trace, and its answer and its line say so", async () => {
    const answer = await testGateway().request("/health", { headers: { traceparent: TRACEPARENT } });
    const own = parseTraceparent(answer.headers.get("traceresponse") ?? "");
    expect(own).toMatchObject({ traceId: TRACE_ID, sampled: true });
    expect(own?.spanId).not.toBe(SPAN_ID);
    const requestId = answer.headers.get("x-request-id");
    const line = { event: "request", requestId, traceId: TRACE_ID, spanId: own?.spanId, parentSpanId: SPAN_ID };
    expect(written).toMatchObject([line]);
  });

  it.each(["nonsense", `00-${"0".repeat(32)}-${SPAN_ID}-01`, `${TRACEPARENT}, ${TRACEPARENT}`, "x".repeat(5_000)])(
    "[TR2] that cannot be read begins a fresh trace: %s",
    async (traceparent) => {
      const answer = await testGateway().request("/health", { headers: { traceparent, "x-request-id": "mine" } });
      const own = parseTraceparent(answer.headers.get("traceresponse") ?? "");
      expect(own).toMatchObject({ sampled: false });
      expect(own?.traceId).not.toBe(TRACE_ID);
      expect(written).toMatchObject([{ requestId: "mine", traceId: own?.traceId }]);
      expect(written[0]).not.toHaveProperty("parentSpanId");
    },
  );

  it("[TR1] may come from any origin's script, which may read the answer's", async () => {
    const preflight = await testGateway().request("/api/v1/limits", { method: "OPTIONS" });
    expect(preflight.headers.get("access-control-allow-headers")).toContain("traceparent");
    expect(preflight.headers.get("access-control-expose-headers")).toContain("traceresponse");
  });
});

it("[TR1] an upgrade hands on the gateway's span and no tracestate, whatever the client sent", async () => {
  const headers = {
    upgrade: "websocket",
    authorization: `Bearer ${tokenOf(ann)}`,
    traceparent: TRACEPARENT,
    tracestate: "vendor=1",
    "x-request-id": "mine",
  };
  const gateway = testGateway();
  await gateway.request("/api/v1/rooms/1/socket", { headers });
  const handed = gateway.calls.flatMap(({ args: [request] }) => (request instanceof Request ? [request.headers] : []));
  const request = written.find(({ event }) => event === "request");
  expect(handed.map((own) => [own.get("traceparent"), own.get("x-request-id"), own.get("tracestate")])).toEqual([
    [`00-${TRACE_ID}-${String(request?.spanId)}-01`, "mine", null],
  ]);
});

it("[TR3] requests that run at the same time are each asked for under their own ids", async () => {
  const open: (() => void)[] = [];
  const seen = new Map<number, string>();
  const gateway = testGateway({
    checkAuth: async () => {
      const before = currentTrace()?.requestId ?? "";
      await new Promise<void>((resolve) => open.push(resolve));
      seen.set(seen.size, `${before} ${currentTrace()?.requestId}`);
      return { ok: true, value: { id: 1, name: "ann", admin: false } };
    },
  });
  const ids = Array.from({ length: 8 }, (_, i) => `r${i}`);
  const authorization = `Bearer ${tokenOf(ann)}`;
  const answers = ids.map((id) =>
    gateway.request("/api/v1/accounts/me", { headers: { authorization, "x-request-id": id } }),
  );
  await expect.poll(() => open.length).toBe(ids.length);
  for (const go of open.toReversed()) go();
  expect((await Promise.all(answers)).map(({ headers }) => headers.get("x-request-id"))).toEqual(ids);
  expect([...seen.values()].toSorted()).toEqual(ids.map((id) => `${id} ${id}`));
});

it("[TR3] the line of an unexpected error has the ids of its request", async () => {
  const answer = testGateway({
    send: () => ({
      ok: true,
      get value() {
        throw new Error("odd");
      },
    }),
  }).request("/api/v1/rooms/1/messages", {
    method: "POST",
    headers: { authorization: `Bearer ${tokenOf(ann)}`, "content-type": "application/json", traceparent: TRACEPARENT },
    body: JSON.stringify({ body: "hi" }),
  });
  expect((await answer).status).toBe(500);
  expect(written).toMatchObject([
    { level: "error", event: "request failed", traceId: TRACE_ID },
    { level: "info", event: "request", traceId: TRACE_ID, status: 500 },
  ]);
});
