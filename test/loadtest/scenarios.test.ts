import { globSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeliveryRow, StepRow } from "../../loadtest/model/run.ts";
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
  // Of a session's last two seconds nothing is owed.
  LOADTEST_SESSION_MIN: "4",
  LOADTEST_SESSION_MAX: "5",
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
/** Scenarios without messages that somebody is to receive. */
const SOCKETLESS = /^(user-|capacity-|push-count|push-roominfo|history-|presence-)/;
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
    async (name, { skip, signal }) => {
      await requireK6(`the scenario ${String(name)}`, skip);
      const ended = await loadtest({ args: [name, "--url", server.url], env: fixed, signal });
      expect(found(ended)).toEqual(clean(1));
      const [row] = rowsOf(ended);
      expect((row?.delivery?.owed ?? 0) > 0).toBe(!SOCKETLESS.test(name));
    },
  );

  it("[LV4] a step that does not hold its SLO makes the exit code 1 and says why", { timeout: RUN_MS_MAX }, async ({
    skip,
    signal,
  }) => {
    await requireK6("the exit code of a step that fails", skip);
    const env = { ...fixed, SLO_P95_MS: "0.001" };
    const ended = await loadtest({ args: ["push-count", "--url", server.url], env, signal });
    expect(ended).toMatchObject({ exitCode: 1, run: { verdict: "fail" } });
    expect(rowsOf(ended)[0]?.reasons.join()).toMatch(/p95/i);
  });

  it("[LV4] an edge that cannot be reached is exit code 3, named", { timeout: RUN_MS_MAX }, async ({
    skip,
    signal,
  }) => {
    await requireK6("the exit code without an edge", skip);
    const ended = await loadtest({ args: ["push-count", "--url", "http://127.0.0.1:1"], env: fixed, signal });
    expect(ended).toMatchObject({ exitCode: 3, run: null });
    expect(ended.said).toContain("http://127.0.0.1:1");
  });
});

describe.concurrent("with the product that the command starts", () => {
  it("[LV5] full-system in two steps, by npm", { timeout: RUN_MS_MAX }, async ({ skip, signal }) => {
    await requireK6("full-system by npm", skip);
    const ended = await loadtest({ args: ["full-system"], env: twoSteps, byNpm: true, signal });
    expect(found(ended)).toEqual(clean(2));
  });

  it("[LV5] a kill -9 in the middle of room-chat costs no message", { timeout: RUN_MS_MAX }, async ({
    skip,
    signal,
  }) => {
    await requireK6("room-chat with a kill", skip);
    const ended = await loadtest({ args: ["room-chat", "--kill"], env: { ...fixed, K6_DURATION: "10s" }, signal });
    expect(found(ended)).toEqual(clean(1));
    expect(rowsOf(ended)[0]?.kill?.readyAfterMs).toBeGreaterThan(0);
  });
});

/** What is to be said of a run in which every step passes and every message came once and in order. */
function clean(steps: number) {
  return { said: "", steps, wrong: [], crossed: [], faults: [], exitCode: 0 };
}

function found(ended: Ended) {
  const rows = rowsOf(ended);
  const crossed = (ended.run?.trials ?? []).flatMap((trial) => trial.crossed);
  const isBusy = crossed.length > 0 && crossed.every((threshold) => TIMES.test(threshold));
  return {
    said: ended.run === null ? ended.said : "",
    steps: rows.length,
    wrong: rows.filter(({ verdict }) => verdict !== "pass").map(({ step, reasons }) => ({ step, reasons })),
    crossed: crossed.filter((threshold) => !TIMES.test(threshold)),
    faults: rows.flatMap(({ delivery }) => (delivery === null || isClean(delivery) ? [] : [delivery])),
    exitCode: isBusy && ended.exitCode === 1 ? 0 : ended.exitCode,
  };
}

function isClean({ subscribers, lost, duplicated, reordered, delivered }: DeliveryRow): boolean {
  return lost + duplicated + reordered === 0 && delivered > 0 === subscribers > 0;
}

function rowsOf({ run }: Ended): readonly StepRow[] {
  return run?.trials[0]?.rows ?? [];
}
