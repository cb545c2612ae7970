import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { readArguments } from "./arguments.ts";
import { createFakeK6 } from "./fake-k6.ts";
import { toLine } from "./progress.ts";
import { toMark, toRunId } from "./run-folder.ts";
import { runTrial } from "./trial.ts";
import { readVariables } from "./variables.ts";

const url = "http://127.0.0.1:1";
const k6 = { path: join(createFakeK6("k6 v2.2.0 (fake)"), "k6"), version: "k6 v2.2.0 (fake)", hasWebSockets: true };

it("[LR9] a run that is ended by hand keeps the steps that were over", { timeout: 30_000 }, async () => {
  const options = readArguments(["push-room", "--url", url]);
  const variables = readVariables(options.scenario, { K6_VUS: "1" }, {});
  vi.stubEnv("FAKE_K6", "asked");
  const run = { id: "a-run", path: mkdtempSync(join(tmpdir(), "edgechat-trial-")) };
  const ending = new AbortController();
  const trial = runTrial({ options, variables, k6, run, trial: 1, url, edge: null, signal: ending.signal });
  const observations = join(run.path, "trial-1", "observations.jsonl");
  await vi.waitFor(() => expect(readFileSync(observations, "utf8")).toContain("watched"), { timeout: 20_000 });
  ending.abort();
  expect(await trial).toMatchObject({ rows: [], capacity: null, bottleneck: null, verdict: "fail" });
});

it("[LR6] a run's name is when it was, what it was and where", () => {
  const named = { scenario: "full-system", deployment: "services" } as const;
  expect(toRunId(new Date("2026-01-02T03:04:05.678Z"), named)).toBe("20260102-030405-full-system-services");
  expect(toMark("20260102-030405-full-system-services", 2)).toBe("20260102030405fullsystemservicest2");
});

it("[LR6] a progress line says trial, step, virtual users, phase and pace", () => {
  const { plan } = readVariables(readArguments(["full-system"]).scenario, {}, {});
  const at = (elapsedMs: number | null) => toLine({ trial: 2, trials: 3, plan }, elapsedMs, null);
  expect(at(null)).toBe("trial 2/3  preparing");
  expect(at(110_000 + 60_000)).toBe("trial 2/3  step 2/10  20 VUs  steady  ");
  const pace = { requestsPerSecond: 99.6, receivedPerSecond: 40 };
  expect(toLine({ trial: 1, trials: 1, plan }, 0, pace)).toBe(
    "step 1/10  10 VUs  ramp      100 requests/s  40 frames/s received",
  );
});
