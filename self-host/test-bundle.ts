import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { objectKeys } from "./object-keys.ts";

const folders: string[] = [];
// Servers that a test killed may take a moment to be gone: hence the retries of the removal.
afterAll(() => {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

const worker = `import { DurableObject } from "cloudflare:workers";
class Counter extends DurableObject {
  async fetch() {
    const n = ((await this.ctx.storage.get("n")) ?? 0) + 1;
    await this.ctx.storage.put("n", n);
    return new Response(String(n));
  }
}
${Object.keys(objectKeys)
  .map((name) => `export class ${name} extends Counter {}`)
  .join("\n")}
const routes = {
  "/ready": () => new Response("ready"),
  "/count": (request, env) => env.ROOM.getByName("counter").fetch(request),
  "/vars": (request, env) => Response.json({ days: env.SESSION_DAYS, name: env.ENVIRONMENT, keys: env.TOKEN_KEYS }),
  "/hash": (request, env) => env.HASHER.fetch("http://hasher/hash", request),
  "/outside": (request) => fetch(new URL(request.url).searchParams.get("url")),
  "/socket": () => {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    return new Response(null, { status: 101, webSocket: client });
  },
  "/log": () => {
    console.log("a plain line");
    console.warn('{"at":"now","level":"warn","event":"structured"}');
    return new Response(null);
  },
};
export default {
  fetch(request, env) {
    const route = routes[new URL(request.url).pathname];
    return route === undefined ? env.ASSETS.fetch(request) : route(request, env);
  },
};
`;

/** A build with the real classes' names and a small worker, for tests of what is around the worker. */
export function createTestBundle(source: string = worker): string {
  const dir = createTestFolder();
  mkdirSync(join(dir, "worker"));
  mkdirSync(join(dir, "site", "reference"), { recursive: true });
  writeFileSync(join(dir, "worker", "monolith.js"), source);
  writeFileSync(join(dir, "site", "index.html"), "<h1>home</h1>");
  writeFileSync(join(dir, "site", "_headers"), "/*");
  writeFileSync(join(dir, "site", "main.js"), "export {};");
  writeFileSync(join(dir, "site", "reference", "index.html"), "<h1>reference</h1>");
  return dir;
}

/** An empty folder of its own, which goes when the tests of the file are over. */
export function createTestFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "edgechat-test-"));
  folders.push(dir);
  return dir;
}

/** Whether a process runs: zombies, which wait only to be collected, do not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
