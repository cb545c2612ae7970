import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { getPriority } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHashProcess } from "./hash-process.ts";
import type { ChildProcess } from "./keeper.ts";
import { createTestFolder } from "./test-bundle.ts";

const socketPath = join(createTestFolder(), "hash.sock");
type Answer = { readonly status: number; readonly body: unknown };

function post(path: string, body: string, method = "POST"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path, method, agent: false }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(await text(response)) });
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

  it("[SH11] an idle connection stays open longer than the 5 s after which the runtime lets go of it", async () => {
    const agent = new Agent({ keepAlive: true });
    const kept = await new Promise((resolve, reject) => {
      const call = request({ socketPath, path: "/hash", method: "POST", agent }, (response) => {
        response.resume().on("end", () => resolve(response.headers["keep-alive"]));
      });
      call.on("error", reject);
      call.end(JSON.stringify({ password: "demo" }));
    });
    agent.destroy();
    expect(kept).toBe("timeout=60");
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
});

function nicenessOfThreads(pid: number): Set<string | undefined> {
  const stats = readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8"));
  return new Set(stats.map((stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]));
}
