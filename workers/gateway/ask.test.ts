import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { samples } from "../../contracts/metrics.ts";
import { ann, tokenOf } from "./fake-services.ts";
import { testGateway } from "./test-gateway.ts";

const token = tokenOf(ann);
const errors = (service: string, reason: string) => {
  const labels = `{service="${service}",reason="${reason}"}`;
  const sample = samples(0).find((one) => one.name === "edgechat_service_errors_total" && one.labels === labels);
  return sample?.value ?? 0;
};

let written: Record<string, unknown>[];
beforeEach(() => {
  written = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => written.push(JSON.parse(line)));
  vi.spyOn(console, "info").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

describe.each([
  ["nothing", undefined],
  ["null", null],
  ["a text", "fine"],
  ["a value that is missing", { ok: true }],
  ["a value that is undefined", { ok: true, value: undefined }],
  ["a failure that is not in the table", { ok: false, failure: "nonsense", message: "no" }],
  ["a refusal without a message", { ok: false, failure: "conflict" }],
])("a service that answers %s", (_name, garbage) => {
  it("[OP11] is unavailable, on the native API", async () => {
    const before = errors("chat", "garbage");
    const answer = await testGateway({ send: () => garbage }).call("POST", "/api/v1/rooms/1/messages", token, {
      body: "hi",
    });
    expect([answer.status, await answer.json()]).toMatchObject([503, { failure: "unavailable" }]);
    expect(errors("chat", "garbage")).toBe(before + 1);
    expect(written).toMatchObject([{ event: "service failed", service: "chat", reason: "garbage" }]);
  });

  it("[OP11] is code 1 in gochat's envelope", async () => {
    const answer = await testGateway({ login: () => garbage }).post("/user/login", { userName: "a", passWord: "b" });
    expect(answer).toMatchObject({ code: 1, data: null });
  });

  it("[OP11] refuses an upgrade with 503", async () => {
    const headers = { upgrade: "websocket", authorization: `Bearer ${token}` };
    const upgraded = await testGateway({ fetch: () => garbage }).request("/api/v1/rooms/1/socket", { headers });
    expect([upgraded.status, await upgraded.json()]).toMatchObject([503, { failure: "unavailable" }]);
  });

  it("[OP11] is not ready, and /metrics shows what the others counted", async () => {
    expect((await testGateway({ ready: () => garbage }).request("/ready")).status).toBe(503);
    const metrics = await testGateway({ metrics: () => garbage }).request("/metrics");
    expect(await metrics.text()).toContain("edgechat_http_request_seconds_count");
  });
});

it.each([
  ["a page", () => new Response("<h1>no</h1>", { status: 200, headers: { "content-type": "text/html" } })],
  ["an error page", () => new Response("<h1>no</h1>", { status: 500 })],
  ["a refusal with a number for a message", () => Response.json({ ok: false, failure: "conflict", message: 1 })],
])("[OP11] %s instead of an upgrade is 503 and counted as garbage", async (_name, fetch) => {
  const before = errors("chat", "garbage");
  const headers = { upgrade: "websocket", authorization: `Bearer ${token}` };
  const upgraded = await testGateway({ fetch }).request("/api/v1/rooms/1/socket", { headers });
  expect([upgraded.status, await upgraded.json()]).toMatchObject([503, { failure: "unavailable" }]);
  expect(errors("chat", "garbage")).toBe(before + 1);
});

it("[OP12] a call that throws is counted under the service that it went to", async () => {
  const before = errors("auth", "failed");
  const broken = () => {
    throw new Error("gone");
  };
  await testGateway({ checkAuth: broken }).call("GET", "/api/v1/accounts/me", token);
  expect(errors("auth", "failed")).toBe(before + 1);
});

it("[OP12] a call that takes too long is counted as over the deadline", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const before = errors("chatroom", "deadline");
  const asked = testGateway({ members: () => new Promise(() => undefined) }).call(
    "GET",
    "/api/v1/rooms/1/members",
    token,
  );
  await vi.advanceTimersByTimeAsync(15_000);
  expect((await asked).status).toBe(503);
  vi.useRealTimers();
  expect(errors("chatroom", "deadline")).toBe(before + 1);
});
