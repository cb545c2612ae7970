import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { getPriority } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../contracts/limits.ts";
import { startHashProcess } from "./hash-process.ts";
import type { ChildProcess } from "./keeper.ts";
import { createTestFolder } from "./test-bundle.ts";

const socketPath = join(createTestFolder(), "hash.sock");
type Answer = { readonly status: number; readonly body: unknown; readonly retryAfter: string | undefined };

function post(path: string, body: string, method = "POST"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path, method, agent: false }, async (response) => {
      const { statusCode = 0, headers } = response;
      resolve({ status: statusCode, body: JSON.parse(await text(response)), retryAfter: headers["retry-after"] });
    });
    call.on("error", reject);
    call.end(body);
  });
}
const phcOf = ({ body }: Answer) => (body as { readonly phc: string }).phc;

describe("the password pool", { timeout: 60_000 }, () => {
  let pool: ChildProcess;
  beforeAll(async () => {
    pool = startHashProcess(socketPath, () => undefined);
    await pool.ready;
  });
  afterAll(() => pool.end());

  it("[SH10] hashes, and verifies the right password only", async () => {
    const phc = phcOf(await post("/hash", JSON.stringify({ password: "demo" })));
    const verify = (password: string) => post("/verify", JSON.stringify({ password, phc }));
    expect(await verify("demo")).toMatchObject({ status: 200, body: { matches: true } });
    expect(await verify("Demo")).toMatchObject({ status: 200, body: { matches: false } });
  });

  it.each([
    ["/hash", "", 400],
    ["/hash", "null", 400],
    ["/hash", "{", 400],
    ["/hash", '{"password":7}', 400],
    ["/hash", '{"password":"\\ud800"}', 400],
    ["/verify", '{"password":"demo"}', 400],
    ["/verify", '{"password":"demo","phc":"$argon2id$"}', 400],
    ["/other", '{"password":"demo"}', 400],
    ["/hash", JSON.stringify({ password: "x".repeat(9_000) }), 413],
  ])("[SH11] POST %s with %.40s is answered %i", async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });

  it("[SH11] any other method is answered 405", async () => {
    expect((await post("/hash", "", "GET")).status).toBe(405);
  });

  it("[SH11] every thread of it runs at niceness 10", async () => {
    await post("/hash", JSON.stringify({ password: "demo" }));
    const pid = pool.pid ?? 0;
    expect(getPriority(pid)).toBe(10);
    expect(nicenessOfThreads(pid)).toEqual(new Set(["10"]));
  });

  it("[SH11] when more wait than may, the rest is refused with 503 and Retry-After, and those that wait are served", async () => {
    const extra = 40;
    const calls = Array.from({ length: limits.HASH_QUEUE_MAX + extra }, () => post("/verify", cheap));
    const answers = await Promise.all(calls);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(answers.length - refused.length);
  });
});

// A verification of low cost, so that hundreds of them take a moment.
const cheap = JSON.stringify({
  password: "demo",
  phc: "$argon2id$v=19$m=256,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$dPq1aNFXrVGaHGpTrcPdSJHnHmrLLLnDJQTsOjNJKkk",
});

function nicenessOfThreads(pid: number): Set<string | undefined> {
  const stats = readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8"));
  return new Set(stats.map((stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]));
}
