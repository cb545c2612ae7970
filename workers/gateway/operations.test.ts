import { afterEach, describe, expect, it, vi } from "vitest";
import { count } from "../../contracts/metrics.ts";
import { ann, tokenOf } from "./fake-services.ts";
import { testGateway } from "./test-gateway.ts";

afterEach(() => vi.restoreAllMocks());

function logged(): string[] {
  const lines: string[] = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => lines.push(line));
  }
  return lines;
}

describe("health", () => {
  it("[OP1] /health says ok, /ready whether storage answers", async () => {
    expect(await (await testGateway().request("/health")).json()).toEqual({ status: "ok" });
    expect((await testGateway().request("/ready")).status).toBe(200);
    expect((await testGateway({ ready: () => false }).request("/ready")).status).toBe(503);
    const broken = () => {
      throw new Error("gone");
    };
    expect((await testGateway({ ready: broken }).request("/ready")).status).toBe(503);
  });
  it("[OP1] HEAD answers like GET without a body", async () => {
    const response = await testGateway().request("/health", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
  it("[OP1] another method is 405 with Allow", async () => {
    const response = await testGateway().request("/ready", { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });
});

describe("/metrics", () => {
  it("[OP2] [SV3] services of one isolate count once, of several together", async () => {
    const sample = { name: "edgechat_messages_total", suffix: "", labels: '{test="once"}', value: 3 };
    const lineOf = async (metrics: () => unknown) => {
      const text = await (await testGateway({ metrics }).request("/metrics")).text();
      return text.split("\n").filter((line) => line.includes('test="once"'));
    };
    expect(await lineOf(() => ({ instance: "same", samples: [sample] }))).toEqual([
      'edgechat_messages_total{test="once"} 3',
    ]);
    expect(await lineOf(() => ({ instance: crypto.randomUUID(), samples: [sample] }))).toEqual([
      'edgechat_messages_total{test="once"} 9',
    ]);
  });
  it("[OP2] the gateway's own requests and refusals are counted, by pattern and not by path", async () => {
    count("edgechat_refusals_total", { failure: "session" }, 0);
    const { request } = testGateway();
    await request("/api/v1/rooms/secret-room/messages");
    const text = await (await request("/metrics")).text();
    expect(text).toContain('route="/api/v1/rooms/:room/messages",method="GET",status="401"');
    expect(text).toMatch(/edgechat_refusals_total\{failure="session"\} [1-9]/);
    expect(text).not.toContain("secret-room");
  });
  it("[OP2] a service that does not answer leaves the others' samples", async () => {
    const broken = () => {
      throw new Error("gone");
    };
    expect((await testGateway({ metrics: broken }).request("/metrics")).status).toBe(200);
  });
});

describe("request ids", () => {
  it("[OP3] a sane one is kept, every other is replaced", async () => {
    const idOf = async (id: string) =>
      (await testGateway().request("/health", { headers: { "x-request-id": id } })).headers.get("x-request-id");
    expect(await idOf("abc-1.2_3")).toBe("abc-1.2_3");
    for (const id of ["", "a b", "a\tb", '"', "x".repeat(65), "a:b"]) {
      expect(await idOf(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

describe("the access log", () => {
  it("[OP4] one line a request, with pattern, status, user and request id", async () => {
    const lines = logged();
    const { call } = testGateway();
    await call("GET", "/api/v1/rooms/lobby", tokenOf(ann));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      event: "request",
      method: "GET",
      route: "/api/v1/rooms/:room",
      status: 200,
      userId: 1,
      requestId: expect.any(String),
      ms: expect.any(Number),
    });
  });
  it("[OP4] never a token, a password, a message or a query", async () => {
    const lines = logged();
    const { call, post, request } = testGateway();
    const token = tokenOf(ann);
    await call("POST", "/api/v1/rooms/1/messages", token, { body: "hush-hush" });
    await call("POST", "/api/v1/sessions", undefined, { name: "ann", password: "pass-word-1" });
    await post("/push/pushRoom", { authToken: token, msg: "hush-hush", roomId: 1 });
    await post("/user/login", { userName: "ann", passWord: "pass-word-1" });
    await request(`/api/v1/rooms/1/messages?secret=${token}`);
    expect(lines.length).toBeGreaterThanOrEqual(5);
    for (const secret of [token, "hush-hush", "pass-word-1"]) expect(lines.join("\n")).not.toContain(secret);
  });
});

describe("pages", () => {
  const files = (status: number) => ({ fetch: async () => new Response("<!doctype html>", { status }) });

  it("[OP9] a page has a policy without inline scripts and cannot be framed", async () => {
    const response = await testGateway({}, { ASSETS: files(200) }).request("/");
    expect([response.status, await response.text()]).toEqual([200, "<!doctype html>"]);
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });
  it("[GC3] a file that is not there is gochat's unknown path", async () => {
    const response = await testGateway({}, { ASSETS: files(404) }).request("/nothing.html");
    expect(await response.json()).toMatchObject({ code: 1, message: "please check request url !" });
  });
  it("[GC3] GET / answers below 500 even without files", async () => {
    expect((await testGateway().request("/")).status).toBeLessThan(500);
  });
});

it("[OP10] a setting that is wrong is named", async () => {
  await expect(testGateway({}, { SENDS_PER_USER: "many" }).request("/health")).rejects.toThrow(/SENDS_PER_USER/);
  await expect(testGateway({}, { TOKEN_KEYS: "" }).request("/health")).rejects.toThrow(/TOKEN_KEYS/);
});
