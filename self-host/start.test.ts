import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { createTestBundle, createTestFolder, isRunning } from "./test-bundle.ts";

const bundleDir = createTestBundle();
const children: ChildProcess[] = [];

type Line = { readonly event: string; readonly url: string; readonly pid: number; readonly workerdPid: number };

function run(dataDir: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "start.ts"), "--bundle", bundleDir], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: "0", HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  return { child, ended };
}

async function startUntilReady(dataDir: string) {
  const { child, ended } = run(dataDir);
  const events: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    events.push(line);
    if (line.event === "ready") return { child, ended, events, ...line };
  }
  throw new Error(`it ended before it was ready: ${JSON.stringify(events)}`);
}

const count = async (url: string) => await (await fetch(`${url}/count`)).text();

describe("npm start", { timeout: 60_000 }, () => {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  it.each(["SIGTERM", "SIGINT"] as const)("[SH13] %s ends it with code 0 and leaves no process", async (signal) => {
    const server = await startUntilReady(createTestFolder());
    server.child.kill(signal);
    expect(await server.ended).toEqual([0, null]);
    expect(isRunning(server.workerdPid)).toBe(false);
  });

  it("[SH13] SIGTERM ends it within the grace although a socket is open", async () => {
    const server = await startUntilReady(createTestFolder());
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/socket`);
    const closed = once(socket, "close");
    await once(socket, "open");
    server.child.kill("SIGTERM");
    expect(await server.ended).toEqual([0, null]);
    await closed;
  });

  it("[SH4] a second start on the data folder ends with code 1 and names the holder", async () => {
    const dataDir = createTestFolder();
    const first = await startUntilReady(dataDir);
    const second = run(dataDir);
    const said: string[] = [];
    second.child.stderr.on("data", (chunk) => said.push(String(chunk)));
    expect(await second.ended).toEqual([1, null]);
    expect(said.join("")).toContain(`in use by process ${first.pid}`);
    expect(await count(first.url)).toBe("1");
  });

  it("[SH5] after kill -9 of the supervisor its runtime ends too, and the next start has the data", async () => {
    const dataDir = createTestFolder();
    const first = await startUntilReady(dataDir);
    expect(await count(first.url)).toBe("1");
    first.child.kill("SIGKILL");
    await expect.poll(() => isRunning(first.workerdPid)).toBe(false);
    const second = await startUntilReady(dataDir);
    expect(await count(second.url)).toBe("2");
  });

  it("[SH5] a runtime that outlived its supervisor is ended and named by the next start", async () => {
    const dataDir = createTestFolder();
    const first = await startUntilReady(dataDir);
    // Stopped, the leash cannot act: the case in which the two were killed together.
    const leash = await findLeash(first.workerdPid);
    process.kill(leash, "SIGKILL");
    first.child.kill("SIGKILL");
    await first.ended;
    expect(isRunning(first.workerdPid)).toBe(true);
    const second = await startUntilReady(dataDir);
    expect(isRunning(first.workerdPid)).toBe(false);
    expect(second.events).toContainEqual(expect.objectContaining({ event: "orphan ended", pid: first.workerdPid }));
    expect(await count(second.url)).toBe("1");
  });
});

async function findLeash(workerdPid: number): Promise<number> {
  const list = spawn("ps", ["-A", "-ww", "-o", "pid=,args="], { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface({ input: list.stdout })) {
    if (line.trim().endsWith(`leash ${workerdPid}`)) return Number.parseInt(line, 10);
  }
  throw new Error("there is no leash");
}
