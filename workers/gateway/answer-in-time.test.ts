import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { ann, operator, tokenOf } from "./fake-services.ts";
import { testGateway } from "./test-gateway.ts";

const never = () => new Promise(() => undefined);
const token = tokenOf(ann);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What is answered at the limit, and whether it was still open just before. */
async function answerAt(waitMs: number, pending: Promise<Response>) {
  let isOpen = true;
  void pending.then(() => {
    isOpen = false;
  });
  await vi.advanceTimersByTimeAsync(waitMs - 1);
  const wasOpen = isOpen;
  await vi.advanceTimersByTimeAsync(1);
  const response = await pending;
  return { wasOpen, status: response.status, body: await response.json<Record<string, unknown>>() };
}

describe("a service that never answers", () => {
  it("[SV4] a call to it is `unavailable` after SERVICE_WAIT_MS_MAX, and is not repeated", async () => {
    const { call, calls } = testGateway({ send: never });
    const sent = call("POST", "/api/v1/rooms/1/messages", token, { body: "hi" });
    expect(await answerAt(limits.SERVICE_WAIT_MS_MAX, sent)).toMatchObject({
      wasOpen: true,
      status: 503,
      body: { failure: "unavailable" },
    });
    expect(calls.filter(({ method }) => method === "send")).toHaveLength(1);
  });

  it("[SV4] the others go on, for the same caller", async () => {
    const { call } = testGateway({ send: never, history: never, describe: never });
    void call("POST", "/api/v1/rooms/1/messages", token, { body: "hi" });
    expect((await call("GET", "/api/v1/accounts/me", token)).status).toBe(200);
    expect((await call("GET", "/api/v1/rooms/1/members", token)).status).toBe(200);
    expect((await call("GET", "/health")).status).toBe(200);
  });

  it("[SV4] gochat's clients are told in its envelope", async () => {
    const pushed = testGateway({ send: never }).request("/push/pushRoom", {
      method: "POST",
      body: JSON.stringify({ authToken: token, msg: "hi", roomId: 1 }),
    });
    expect(await answerAt(limits.SERVICE_WAIT_MS_MAX, pushed)).toMatchObject({
      wasOpen: true,
      status: 200,
      body: { code: 1 },
    });
  });

  it("[SV4] an upgrade is refused with 503", async () => {
    const headers = { upgrade: "websocket", authorization: `Bearer ${token}` };
    const upgraded = testGateway({ fetch: never }).request("/api/v1/rooms/1/socket", { headers });
    expect(await answerAt(limits.SERVICE_WAIT_MS_MAX, upgraded)).toMatchObject({ wasOpen: true, status: 503 });
  });

  it("[SV4] a call that hashes has PASSWORD_WAIT_MS_MAX, a bulk call BULK_WAIT_MS_MAX", async () => {
    const { call } = testGateway({ login: never, importUsers: never });
    const login = call("POST", "/api/v1/sessions", undefined, { name: "ann", password: "correct horse" });
    expect(await answerAt(limits.PASSWORD_WAIT_MS_MAX, login)).toMatchObject({ wasOpen: true, status: 503 });
    const accounts = [{ userName: "bob", sha1: "a".repeat(40) }];
    const bulk = call("POST", "/api/v1/admin/users/import", tokenOf(operator), { accounts });
    expect(await answerAt(limits.BULK_WAIT_MS_MAX, bulk)).toMatchObject({ wasOpen: true, status: 503 });
  });

  it("[SV4] /ready says unavailable, and /metrics shows what the others counted", async () => {
    const { request } = testGateway({ ready: never, metrics: never });
    expect(await answerAt(limits.SERVICE_WAIT_MS_MAX, request("/ready"))).toMatchObject({ status: 503 });
    const metrics = request("/metrics");
    await vi.advanceTimersByTimeAsync(limits.SERVICE_WAIT_MS_MAX);
    expect(await (await metrics).text()).toContain("edgechat_http_request_seconds_count");
  });
});

it("[SV4] a service that throws is `unavailable` at once", async () => {
  const broken = () => {
    throw new Error("gone");
  };
  const answer = await testGateway({ history: broken }).call("GET", "/api/v1/rooms/1/messages", token);
  expect([answer.status, await answer.json()]).toMatchObject([503, { failure: "unavailable" }]);
});

it("[SV4] an answer in time leaves no timer behind", async () => {
  expect((await testGateway().call("GET", "/api/v1/rooms/1/messages", token)).status).toBe(200);
  expect(vi.getTimerCount()).toBe(0);
});
