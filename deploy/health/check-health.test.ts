import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkHealth } from "./check-health.ts";

let status = 200;
let killed = 0;
let folder = "";
let url = "";
const server = createServer((_, response) => response.writeHead(status).end());

beforeEach(async () => {
  killed = 0;
  folder = mkdtempSync(join(tmpdir(), "edgechat-health-"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}/health` : "";
});

afterEach(async () => {
  rmSync(folder, { recursive: true });
  server.close();
  await once(server, "close");
});

const check = (answer: number) => {
  status = answer;
  return checkHealth({ url, folder, kill: () => killed++ });
};

it("[DP4] a process that answered once and then fails three times in a row is ended, once", async () => {
  expect([await check(200), await check(503), await check(503), killed]).toEqual([true, false, false, 0]);
  expect([await check(503), killed]).toEqual([false, 1]);
  expect([await check(503), await check(503), await check(503), killed]).toEqual([false, false, false, 1]);
});

it("[DP4] an answer in between starts the count anew", async () => {
  for (const answer of [200, 503, 503, 200, 503, 503]) await check(answer);
  expect(killed).toBe(0);
});

it("[DP4] a process that is still starting is given its time", async () => {
  for (const answer of [503, 503, 503, 503]) expect(await check(answer)).toBe(false);
  expect(killed).toBe(0);
});

it("[DP4] who does not answer at all has failed", async () => {
  const gone = { url: "http://127.0.0.1:1/health", folder, kill: () => killed++ };
  await check(200);
  expect([await checkHealth(gone), await checkHealth(gone), await checkHealth(gone)]).toEqual([false, false, false]);
  expect(killed).toBe(1);
});
