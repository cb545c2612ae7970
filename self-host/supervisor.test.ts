import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, type ServerOptions, startServer } from "./supervisor.ts";
import { createTestBundle, createTestFolder, isRunning } from "./test-bundle.ts";

const bundleDir = createTestBundle();
const running: RunningServer[] = [];

async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer & { readonly lines: string[] }> {
  const lines: string[] = [];
  const base = { host: "127.0.0.1", port: 0, dataDir: createTestFolder(), bundleDir };
  const server = await startServer({ ...base, sink: (line) => lines.push(line), ...options });
  running.push(server);
  return Object.assign(server, { lines });
}

const text = async (url: string, init?: RequestInit) => await (await fetch(url, init)).text();
const logged = (lines: readonly string[], event: string) => lines.filter((line) => JSON.parse(line).event === event);

// Real processes on a machine that may be busy: their start is not bound to the 5 s of a unit test.
describe("a server", { timeout: 30_000 }, () => {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  it("[SH1] answers when startServer returns, and the log says where", async () => {
    const server = await start();
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    expect(logged(server.lines, "ready").map((line) => JSON.parse(line).url)).toEqual([server.url]);
  });

  it("[SH7] the worker sees its vars, the environment's values first, and the secret of the data folder", async () => {
    const server = await start({ env: { SESSION_DAYS: "3" } });
    const vars = await (await fetch(`${server.url}/vars`)).json();
    expect(vars).toMatchObject({ name: "production", days: "3", keys: expect.stringMatching(/^1:[\w-]{43}$/) });
  });

  it("[SH7] the worker reaches no network", async () => {
    const server = await start();
    expect((await fetch(`${server.url}/outside?url=${server.url}/ready`)).status).toBe(500);
  });

  it("[SH10] the worker reaches the password pool", async () => {
    const server = await start();
    const answer = await text(`${server.url}/hash`, { method: "POST", body: '{"password":"demo"}' });
    expect(JSON.parse(answer).phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it("[SH9] every line of the log is JSON, whatever the processes write", async () => {
    const server = await start();
    await fetch(`${server.url}/log`);
    await expect.poll(() => logged(server.lines, "structured")).toHaveLength(1);
    await expect.poll(() => logged(server.lines, "output")).toHaveLength(1);
    expect(server.lines.map((line) => JSON.parse(line).level)).toEqual(server.lines.map(() => expect.any(String)));
  });

  it("[SH3] TOKEN_KEYS of the environment replaces the secret, and none is written", async () => {
    const keys = `7:${"k".repeat(43)}`;
    const server = await start({ env: { TOKEN_KEYS: keys } });
    expect(await (await fetch(`${server.url}/vars`)).json()).toMatchObject({ keys });
    expect(existsSync(join(server.dataDir, "token-keys"))).toBe(false);
  });

  it("[SH4] the data folder is its owner's alone, and a second server is refused with the holder's pid", async () => {
    const server = await start({ dataDir: join(createTestFolder(), "data") });
    expect(statSync(server.dataDir).mode & 0o777).toBe(0o700);
    await expect(start({ dataDir: server.dataDir })).rejects.toThrow(`in use by process ${process.pid}`);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  });

  it("[SH2] a port in use is named, and the data folder is free afterwards", async () => {
    const server = await start();
    const dataDir = createTestFolder();
    const port = Number(new URL(server.url).port);
    await expect(start({ dataDir, port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
    await start({ dataDir });
  });

  it("[SH12] a runtime that is killed is started again on the same port and data, with the reason logged", async () => {
    const server = await start();
    const before = server.workerdPid ?? 0;
    expect(await text(`${server.url}/count`)).toBe("1");
    process.kill(before, "SIGKILL");
    await expect.poll(() => logged(server.lines, "process ready").length, { timeout: 20_000 }).toBe(3);
    expect(await text(`${server.url}/count`)).toBe("2");
    expect(server.workerdPid).not.toBe(before);
    const [end = ""] = logged(server.lines, "process ended");
    expect(JSON.parse(end)).toMatchObject({ process: "workerd", pid: before, reason: "signal SIGKILL" });
  });

  it("[SH12] a password pool that is killed is started again", async () => {
    const server = await start();
    process.kill(server.hashPid ?? 0, "SIGKILL");
    await expect.poll(() => logged(server.lines, "process ready").length, { timeout: 20_000 }).toBe(3);
    expect(await text(`${server.url}/hash`, { method: "POST", body: '{"password":"demo"}' })).toContain("$argon2id$");
  });

  it("[SH12] a worker that never gets ready is given up with its reason, and nothing runs on", async () => {
    const dataDir = createTestFolder();
    const broken = createTestBundle("export default { fetch() {} ");
    await expect(start({ dataDir, bundleDir: broken })).rejects.toThrow(/^workerd failed 5 times in a row.*exit code/);
    await start({ dataDir });
  });

  it("[SH13] stop ends every process, removes what was for the run, and keeps the data", async () => {
    const server = await start();
    const pids = [server.workerdPid ?? 0, server.hashPid ?? 0];
    expect(pids.map(isRunning)).toEqual([true, true]);
    await server.stop();
    expect(pids.map(isRunning)).toEqual([false, false]);
    const left = ["run", "pid", "objects", "token-keys"].map((name) => existsSync(join(server.dataDir, name)));
    expect(left).toEqual([false, false, true, true]);
  });

  it("[SH13] an abort ends a start that is under way", async () => {
    const stopping = new AbortController();
    const stuck = createTestBundle("export default { fetch() { return new Promise(() => {}); } }; throw 1;");
    const dataDir = createTestFolder();
    const starting = start({ dataDir, bundleDir: stuck, signal: stopping.signal });
    stopping.abort(new Error("stop"));
    await expect(starting).rejects.toThrow("stop");
    await start({ dataDir });
  });

  it("[SH11] a long data folder leaves the pool's socket a short path", async () => {
    const server = await start({ dataDir: join(createTestFolder(), "d".repeat(120)) });
    expect(await text(`${server.url}/hash`, { method: "POST", body: '{"password":"demo"}' })).toContain("$argon2id$");
  });
});

describe("the site", { timeout: 30_000 }, () => {
  let server: RunningServer;
  beforeAll(async () => {
    const dataDir = createTestFolder();
    server = await startServer({ host: "127.0.0.1", port: 0, dataDir, bundleDir, sink: () => undefined });
  }, 30_000);
  afterAll(() => server.stop());
  const cases = [
    ["/", 200, "text/html; charset=utf-8"],
    ["/main.js", 200, "text/javascript; charset=utf-8"],
    ["/reference/", 200, "text/html; charset=utf-8"],
    ["/reference", 307, null],
    ["/_headers", 404, "text/plain;charset=UTF-8"],
    ["/nothing", 404, "text/plain;charset=UTF-8"],
    ["/..%2f..%2ftoken-keys", 404, "text/plain;charset=UTF-8"],
    ["/%2e%2e/worker/monolith.js", 404, "text/plain;charset=UTF-8"],
    ["//main.js//", 404, "text/plain;charset=UTF-8"],
  ] as const;
  it.each(cases)("[SH8] GET %s answers %i", async (path, status, type) => {
    const response = await fetch(`${server.url}${path}`, { redirect: "manual" });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe(type);
  });
  it("[SH8] a file that the browser holds is not sent again, and a file takes no POST", async () => {
    const { url } = server;
    const modified = (await fetch(`${url}/main.js`)).headers.get("last-modified") ?? "";
    expect((await fetch(`${url}/main.js`, { headers: { "if-modified-since": modified } })).status).toBe(304);
    expect((await fetch(`${url}/main.js`, { method: "POST" })).status).toBe(405);
    expect(await (await fetch(`${url}/main.js`, { method: "HEAD" })).text()).toBe("");
  });
});
