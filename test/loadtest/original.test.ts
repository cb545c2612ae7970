import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runK6 } from "../support/k6-script.ts";
import { requireK6 } from "../support/require-k6.ts";
import { Server } from "../support/server.ts";
import { unlimited } from "../support/system.ts";

const SCRIPTS = "test/loadtest/original";
const RUN_MS_MAX = 60_000;
/** What scripts import, and no script by itself. */
const PARTS = ["requests", "push-requests", "socket"];
const names = [
  ...["full-system", "capacity-baseline", "user-login", "user-register", "user-checkauth", "user-logout"],
  ...["push-push", "push-room", "push-count", "push-roominfo", "websocket"],
];

let server: Server;
beforeAll(async () => {
  server = await Server.start(unlimited);
});
afterAll(() => server.stop());

it("[LS1] each of the original's scenarios has a script", () => {
  const files = globSync(`${SCRIPTS}/*.js`, { cwd: join(import.meta.dirname, "../..") });
  expect(files.map((file) => basename(file, ".js")).toSorted()).toEqual([...names, ...PARTS].toSorted());
});

describe.concurrent("the original's requests, in the words of its own scripts", () => {
  it.for(names)(
    "[LS1] every check of %s holds, and only the URLs were set",
    { timeout: RUN_MS_MAX },
    async (name, { skip, expect }) => {
      await requireK6(`the original's ${name}`, skip);
      const env = { API_BASE_URL: server.url, WS_URL: `${server.url.replace("http", "ws")}/ws` };
      const { exitCode, said, checks } = await runK6(`${SCRIPTS}/${name}.js`, env);
      expect(checks.fails, said).toBe(0);
      expect(checks.passes, said).toBeGreaterThan(0);
      expect(exitCode, said).toBe(0);
    },
  );
});
