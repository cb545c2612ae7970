import { globSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StepRow } from "../../loadtest/model/run.ts";
import { scenarios } from "../../loadtest/run/scenario-table.ts";
import { type Ended, loadtest } from "../support/loadtest.ts";
import { requireK6 } from "../support/require-k6.ts";
import { Server } from "../support/server.ts";
import { unlimited } from "../support/system.ts";

const LOADTEST = join(import.meta.dirname, "../../loadtest");
const RUN_MS_MAX = 120_000;
/** Small enough for a machine with other work, which is why no time is judged: what is lost or refused is. */
const tiny = {
  SLO_P95_MS: "60000",
  LOADTEST_COOL_DOWN: "0s",
  LOADTEST_SESSION_MIN: "1",
  LOADTEST_SESSION_MAX: "2",
  LOADTEST_SOCKETS: "3",
  LOADTEST_ROOMS: "2",
  LOADTEST_PUBLISHERS: "2",
  LOADTEST_HISTORY: "120",
};
const fixed = { ...tiny, K6_VUS: "2", K6_DURATION: "4s" };
const twoSteps = {
  ...tiny,
  K6_START_VUS: "2",
  K6_END_VUS: "4",
  K6_STEP_VUS: "2",
  K6_RAMP_DURATION: "1s",
  K6_WARMUP_DURATION: "1s",
  K6_STEP_DURATION: "4s",
};
/** Scenarios that ask over HTTP alone. */
const SOCKETLESS = /^(user-|capacity-|push-count|push-roominfo|history-)/;
/** Thresholds of full-system, as the original has them, that a busy machine may cross. */
const TIMES = /duration|connect/;

let server: Server;
beforeAll(async () => {
  server = await Server.start(unlimited);
});
afterAll(() => server.stop());

it("[LV3] every script is in the runner's table, and every row of the table has its script", () => {
  const scripts = globSync("scenarios/*.ts", { cwd: LOADTEST });
  expect(scenarios.map(({ file }) => file).toSorted()).toEqual(scripts.toSorted());
});

describe.concurrent("against a running product", () => {
  const named = scenarios.filter(({ ladder }) => !ladder).map(({ name }) => name);

  it.for(named)(
    "[LV3] %s runs and loses, doubles and reorders nothing",
    { timeout: RUN_MS_MAX },
    async (name, { skip }) => {
      await requireK6(`the scenario ${name}`, skip);
      const ended = await loadtest({ args: [name, "--url", server.url], env: fixed });
      expectPass(ended, 1);
      const [row] = rowsOf(ended);
      expect(row?.delivery === null).toBe(SOCKETLESS.test(name));
    },
  );

  it("[LV4] a step that does not hold its SLO makes the exit code 1 and says why", { timeout: RUN_MS_MAX }, async ({
    skip,
  }) => {
    await requireK6("the exit code of a step that fails", skip);
    const env = { ...fixed, SLO_P95_MS: "0.001" };
    const ended = await loadtest({ args: ["push-count", "--url", server.url], env });
    expect(ended).toMatchObject({ exitCode: 1, run: { verdict: "fail" } });
    expect(rowsOf(ended)[0]?.reasons.join()).toMatch(/p95/i);
  });

  it("[LV4] an edge that cannot be reached is exit code 3, named", { timeout: RUN_MS_MAX }, async ({ skip }) => {
    await requireK6("the exit code without an edge", skip);
    const ended = await loadtest({ args: ["push-count", "--url", "http://127.0.0.1:1"], env: fixed });
    expect(ended).toMatchObject({ exitCode: 3, run: null });
    expect(ended.said).toContain("http://127.0.0.1:1");
  });
});

describe.concurrent("with the product that the command starts", () => {
  it("[LV5] full-system in two steps, by npm", { timeout: RUN_MS_MAX }, async ({ skip }) => {
    await requireK6("full-system by npm", skip);
    expectPass(await loadtest({ args: ["full-system"], env: twoSteps, byNpm: true }), 2);
  });

  it("[LV5] a kill -9 in the middle of room-chat costs no message", { timeout: RUN_MS_MAX }, async ({ skip }) => {
    await requireK6("room-chat with a kill", skip);
    const ended = await loadtest({ args: ["room-chat", "--kill"], env: { ...fixed, K6_DURATION: "10s" } });
    expectPass(ended, 1);
    expect(rowsOf(ended)[0]?.kill?.readyAfterMs).toBeGreaterThan(0);
  });
});

function expectPass(ended: Ended, steps: number): void {
  const rows = rowsOf(ended);
  const wrong = rows.filter(({ verdict }) => verdict !== "pass").map(({ step, reasons }) => ({ step, reasons }));
  expect(wrong, ended.said).toEqual([]);
  expect(rows.length, ended.said).toBe(steps);
  const crossed = (ended.run?.trials ?? []).flatMap((trial) => trial.crossed);
  expect(crossed.filter((threshold) => !TIMES.test(threshold))).toEqual([]);
  expect(ended.exitCode, ended.said).toBe(crossed.length > 0 ? 1 : 0);
  for (const { delivery } of rows) {
    if (delivery !== null) expect(delivery).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
    if (delivery !== null) expect(delivery.delivered).toBeGreaterThan(0);
  }
}

function rowsOf({ run }: Ended): readonly StepRow[] {
  return run?.trials[0]?.rows ?? [];
}
