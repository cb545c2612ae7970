import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Run } from "../model/run.ts";
import { createFakeK6 } from "./fake-k6.ts";
import { main } from "./main.ts";

const edge = createServer((_, response) => response.end("{}"));
const fake = createFakeK6("k6 v2.2.0 (fake)");
let url = "";
let out = "";
let said = "";

beforeAll(async () => {
  vi.stubEnv("PATH", `${fake}:${process.env.PATH}`);
  for (const method of ["log", "error"] as const)
    vi.spyOn(console, method).mockImplementation((text) => (said += text));
  await new Promise<void>((resolve) => edge.listen(0, "127.0.0.1", resolve));
  const address = edge.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});
afterEach(() => rmSync(out, { recursive: true }));
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "edgechat-runs-"));
  said = "";
});
afterAll(() => {
  rmSync(fake, { recursive: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  edge.close();
});

const short = ["--env", "K6_VUS=1", "--env", "K6_DURATION=1s"];
const run = (what: string, ...more: readonly string[]) => {
  vi.stubEnv("FAKE_K6", what);
  return main(["push-room", "--url", url, "--out", out, ...short, ...more]);
};
const kept = () => JSON.parse(readFileSync(join(out, readdirSync(out)[0] ?? "", "run.json"), "utf8")) as Run;

// Real processes on a machine that may be busy: they are not bound to the 5 s of a unit test.
describe("npm run loadtest", { timeout: 30_000 }, () => {
  it("[LR5] answers 0 when every step of every trial passes", async () => {
    expect(await run("good", "--trials", "2")).toBe(0);
    expect(kept()).toMatchObject({ verdict: "pass", deployment: "remote", url, trials: [{ trial: 1 }, { trial: 2 }] });
  });

  it("[LR6] keeps run.json, a report, and of each trial its steps and what k6 left", async () => {
    await run("good");
    const [id = ""] = readdirSync(out);
    expect(id).toMatch(/^\d{8}-\d{6}-push-room-remote$/);
    expect(["run.json", "report.html"].map((name) => existsSync(join(out, id, name)))).toEqual([true, true]);
    expect(readdirSync(join(out, id, "trial-1"))).toEqual(
      expect.arrayContaining(["k6.log", "observations.jsonl", "steps.json", "summary.json"]),
    );
    const steps = JSON.parse(readFileSync(join(out, id, "trial-1", "steps.json"), "utf8")) as object;
    expect(Object.keys(steps)).toEqual(["slo", "capacity", "bottleneck", "rows"]);
    expect(kept().configuration).toMatchObject({ K6_VUS: "1", SLO_P95_MS: "500" });
  });

  it.each([
    ["slow", "p95"],
    ["lost", "1 lost"],
    ["crossed", "http_req_failed: rate<0.05"],
    ["throwing", "the script threw 1 times: Error: no such thing"],
  ])("[LR5] answers 1 when it was %s", async (what, reason) => {
    expect(await run(what)).toBe(1);
    expect(kept().verdict).toBe("fail");
    expect(JSON.stringify(kept())).toContain(reason);
  });

  it.each([
    ["broken", "ReferenceError: nothing is defined"],
    ["silent", "said nothing of its beginning"],
  ])("[LR5] answers 3 when the script is %s, with k6's words, and keeps no run", async (what, reason) => {
    expect(await run(what)).toBe(3);
    expect(said).toContain(reason);
    expect(existsSync(join(out, readdirSync(out)[0] ?? "", "run.json"))).toBe(false);
  });

  it("[LR5] answers 3 when a later trial could not be made, and keeps the run of those before it", async () => {
    expect(await run("once", "--trials", "3")).toBe(3);
    expect(said).toContain("ReferenceError: nothing is defined");
    expect(kept()).toMatchObject({ verdict: "fail", brokenOff: true, trials: [{ trial: 1, verdict: "pass" }] });
    expect(existsSync(join(out, kept().id, "report.html"))).toBe(true);
  });

  it("[LR5] answers 3 when nothing answers at the URL, and names it", async () => {
    expect(await main(["smoke", "--url", "http://127.0.0.1:1", "--out", out])).toBe(3);
    expect(said).toContain("http://127.0.0.1:1");
  });

  it("[LR5] answers 3 when nothing answers where --live is to write to", async () => {
    expect(await run("good", "--live", "--prometheus", "http://127.0.0.1:1/api/v1/write")).toBe(3);
    expect(said).toContain("--live needs a Prometheus");
  });

  it("[LR5] answers 2 when runs cannot be kept", async () => {
    writeFileSync(join(out, "file"), "");
    expect(await run("good", "--out", join(out, "file"))).toBe(2);
    expect(said).toContain("--out");
  });

  it("[LR5] answers 2 to what it does not know", async () => {
    expect(await main(["nothing"])).toBe(2);
    expect(await main(["smoke", "--fast"])).toBe(2);
    expect(await main(["smoke", "--url", url, "--kill", "2", "--kill-command", "x", ...short])).toBe(2);
  });

  it("[LR1] says what there is when nothing is asked", async () => {
    expect(await main([])).toBe(0);
    expect(said).toMatch(/--trials N.*limits/s);
    for (const command of ["compare", "history", "limits", "ladder", "smoke"]) {
      expect(await main([command, "--help"])).toBe(0);
    }
  });

  it("[LR8] a kill is made in the middle of the steady phase, and its row says what it cost", async () => {
    expect(await run("wait", "--kill", "--kill-command", `touch ${join(out, ".killed")}`)).toBe(0);
    expect(existsSync(join(out, ".killed"))).toBe(true);
    const runs = readdirSync(out).filter((name) => name !== ".killed");
    const { trials } = JSON.parse(readFileSync(join(out, runs[0] ?? "", "run.json"), "utf8")) as Run;
    const { kill } = trials[0]?.rows[0] ?? {};
    expect(kill).toMatchObject({ failedRequests: 2, readyAfterMs: expect.any(Number) });
    expect(kill?.atMs).toBeGreaterThanOrEqual(500);
  });
});
