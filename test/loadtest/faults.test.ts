import { describe, it, type TestContext } from "vitest";
import type { DeliveryRow } from "../../loadtest/model/run.ts";
import { FaultyEdge } from "../support/faulty-edge.ts";
import type { Faults } from "../support/faulty-lane.ts";
import { loadtest } from "../support/loadtest.ts";
import { requireK6 } from "../support/require-k6.ts";

/** Enough deliveries that one of ten goes wrong for certain, and that blocks are cut; longer than what is not owed at its end. */
const SHORT = {
  ...{ K6_VUS: "6", K6_DURATION: "5s", SLO_P95_MS: "60000", LOADTEST_RATE: "10", LOADTEST_ROOM_SIZE: "6" },
  ...{ LOADTEST_SESSION_MIN: "4", LOADTEST_SESSION_MAX: "5", LOADTEST_ROOM_RATE: "20" },
};
const TIMEOUT_MS = 60_000;

type Found = {
  readonly code: number | null;
  readonly delivery: DeliveryRow | null;
  readonly reasons: readonly string[];
};

/** Runs the command against an edge with these faults; answers its exit code and what its checker found. */
async function load(scenario: string, faults: Faults, { skip, signal }: TestContext): Promise<Found> {
  await requireK6(`what the checker finds in ${scenario}`, skip);
  await using edge = await FaultyEdge.start(faults);
  const { exitCode, said, run } = await loadtest({ args: [scenario, "--url", edge.url], env: SHORT, signal });
  if (run === null) throw new Error(`${scenario} kept no run:\n${said}`);
  const [row] = run.trials[0]?.rows ?? [];
  return { code: exitCode, delivery: row?.delivery ?? null, reasons: row?.reasons ?? [] };
}

describe.concurrent.each(["room-chat", "websocket"])("%s against a server that is wrong on purpose", (scenario) => {
  it("[LC14] a right server passes", { timeout: TIMEOUT_MS }, async (context) => {
    const { expect } = context;
    const { code, delivery } = await load(scenario, {}, context);
    expect(delivery).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
    expect(delivery?.owed).toBeGreaterThan(100);
    expect(delivery?.comparedBlocks).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  for (const [faults, what, others] of [
    [{ drop: 0.1 }, "lost", ["duplicated", "reordered"]],
    [{ double: 0.1 }, "duplicated", ["lost", "reordered"]],
    [{ swap: 0.1 }, "reordered", ["lost", "duplicated"]],
  ] as const) {
    it(`[LC14] ${JSON.stringify(faults)} is found as ${what}, as nothing else, and fails the run`, {
      timeout: TIMEOUT_MS,
    }, async (context) => {
      const { expect } = context;
      const { code, delivery } = await load(scenario, faults, context);
      expect(delivery?.[what]).toBeGreaterThan(0);
      for (const other of others) expect(delivery?.[other]).toBe(0);
      expect(code).toBe(1);
    });
  }
});

describe.concurrent("other ways to be wrong", () => {
  it("[LC14] a server that acknowledges and delivers nothing has lost everything that was owed", {
    timeout: TIMEOUT_MS,
  }, async (context) => {
    const { expect } = context;
    const { code, delivery } = await load("websocket", { drop: 1 }, context);
    expect(delivery).toMatchObject({ delivered: 0, duplicated: 0, reordered: 0, lost: delivery?.owed });
    expect(delivery?.lost).toBeGreaterThan(100);
    expect(code).toBe(1);
  });

  it("[LC14] one subscriber's own order of what several sent is found", { timeout: TIMEOUT_MS }, async (context) => {
    const { expect } = context;
    const { code, delivery } = await load("room-chat", { shuffle: 0.2 }, context);
    expect(delivery).toMatchObject({ lost: 0, duplicated: 0 });
    expect(delivery?.reordered).toBeGreaterThan(0);
    expect(code).toBe(1);
  });

  it("[LC1] what a server refuses is an error and not lost", { timeout: TIMEOUT_MS }, async (context) => {
    const { expect } = context;
    const { code, delivery, reasons } = await load("room-chat", { refuse: 0.2 }, context);
    expect(delivery).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
    expect(reasons.join()).toMatch(/^error rate/);
    expect(code).toBe(1);
  });
});
