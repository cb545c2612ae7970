import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, it } from "vitest";
import type { DeliveryRow, Run } from "../../loadtest/model/run.ts";
import { FaultyEdge } from "../support/faulty-edge.ts";
import type { Faults } from "../support/faulty-lane.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "edgechat-faults-"));
/** Enough deliveries that one of ten goes wrong for certain, and that blocks are cut; longer than what is not owed at its end. */
const SHORT = {
  ...{ K6_VUS: "6", K6_DURATION: "5s", SLO_P95_MS: "60000", LOADTEST_RATE: "10", LOADTEST_ROOM_SIZE: "6" },
  ...{ LOADTEST_SESSION_MIN: "4", LOADTEST_SESSION_MAX: "5" },
};
const TIMEOUT_MS = 60_000;

afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Runs the command against an edge with these faults; answers its exit code and what its checker found. */
async function load(scenario: string, faults: Faults): Promise<{ code: number; delivery: DeliveryRow | null }> {
  await using edge = await FaultyEdge.start(faults);
  const out = mkdtempSync(join(FOLDER, `${scenario}-`));
  const args = ["loadtest/start.ts", scenario, "--url", edge.url, "--out", out];
  const run = spawn(process.execPath, args, { env: { ...process.env, ...SHORT }, stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors, [code]] = await Promise.all([text(run.stdout), text(run.stderr), once(run, "exit")]);
  const [folder] = readdirSync(out);
  if (folder === undefined) throw new Error(`${scenario} kept no run:\n${output}\n${errors}`);
  const { trials }: Run = JSON.parse(readFileSync(join(out, folder, "run.json"), "utf8"));
  return { code, delivery: trials[0]?.rows[0]?.delivery ?? null };
}

describe.each(["room-chat", "websocket"])("%s against a server that is wrong on purpose", (scenario) => {
  it.concurrent("[LC14] a right server passes", { timeout: TIMEOUT_MS }, async ({ expect }) => {
    const { code, delivery } = await load(scenario, {});
    expect(delivery).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
    expect(delivery?.delivered).toBeGreaterThan(100);
    expect(code).toBe(0);
  });

  it.concurrent.each([
    [{ drop: 0.1 }, "lost", ["duplicated", "reordered"]],
    [{ double: 0.1 }, "duplicated", ["lost", "reordered"]],
    [{ swap: 0.1 }, "reordered", ["lost", "duplicated"]],
  ] as const)(
    "[LC14] %j is found as %s, as nothing else, and fails the run",
    { timeout: TIMEOUT_MS },
    async (faults, what, others) => {
      const { code, delivery } = await load(scenario, faults);
      expect(delivery?.[what]).toBeGreaterThan(0);
      for (const other of others) expect(delivery?.[other]).toBe(0);
      expect(code).toBe(1);
    },
  );
});
