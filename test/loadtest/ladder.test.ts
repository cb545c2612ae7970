import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readPerfLog } from "../../loadtest/ladder/perf-log.ts";
import type { Run } from "../../loadtest/model/run.ts";
import { requireK6 } from "../support/require-k6.ts";
import { Server } from "../support/server.ts";

const root = join(import.meta.dirname, "../..");
const LADDER_MS_MAX = 120_000;
const USERS = 5;
/** Two seconds at two messages a second and user. */
const SAID = USERS * 4;
const env = { DURATION_SEC: "2", MSG_RATE_PER_USER_PER_SEC: "2", LADDER_SUBSCRIBERS: "2" };

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "edgechat-ladder-"));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function ladder(...args: readonly string[]) {
  const child = spawn(process.execPath, ["loadtest/start.ts", "ladder", ...args, "--out", out], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said, errors, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { exitCode: Number(exitCode), said: said + errors };
}

const failed = { err: 0 };

it(
  "[LL7] Area 51, logins and chat pass over both protocols, and their logs and runs are kept",
  async ({ skip }) => {
    await requireK6("the ladder", skip);
    const { exitCode, said } = await ladder("--users", String(USERS), "--scenarios", "area51,login,chat");
    expect({ exitCode, said }).toMatchObject({ exitCode: 0 });
    for (const suffix of ["", "_connect"]) {
      const calls = (name: string) => readPerfLog(readFileSync(join(out, `monolithic_perf_${name}.log`), "utf8"));
      expect(calls(`scenario103${suffix}`)).toMatchObject([failed, failed, failed, { name: "send_message", count: 2 }]);
      expect(calls(`scenario104_users_5${suffix}`)).toMatchObject([{ name: "login", count: USERS, ...failed }]);
      expect(calls(`scenario108_users_5${suffix}`)).toMatchObject([
        { name: "login", count: USERS, ...failed },
        { name: "create_room", count: 1, ...failed },
        { name: "enter_room", count: USERS, ...failed },
        { name: "send_message", count: SAID, ...failed },
      ]);
    }
    expect(deliveryOf("chat-grpc")).toMatchObject({ acked: SAID, subscribers: 2, delivered: 2 * SAID, lost: 0 });
    expect(deliveryOf("chat-connect")).toMatchObject({ acked: SAID, subscribers: 1, delivered: SAID, lost: 0 });
  },
  LADDER_MS_MAX,
);

it("[LL3] a remote product without the tester's users is told what it lacks", { timeout: LADDER_MS_MAX }, async ({
  skip,
}) => {
  await requireK6("the ladder", skip);
  const server = await Server.start();
  try {
    const { exitCode, said } = await ladder("--url", server.url);
    expect({ exitCode, said }).toEqual({ exitCode: 3, said: expect.stringContaining("create-users --tester") });
  } finally {
    await server.stop();
  }
});

/** [LL8] */
function deliveryOf(ladderName: string) {
  const [file = ""] = globSync(`loadtest/*-ladder-${ladderName}-monolith/run.json`, { cwd: out });
  expect(globSync(`${join(file, "..")}/report.html`, { cwd: out })).toHaveLength(1);
  const run: Run = JSON.parse(readFileSync(join(out, file), "utf8"));
  expect(run.verdict).toBe("pass");
  return run.trials[0]?.rows[0]?.delivery;
}
