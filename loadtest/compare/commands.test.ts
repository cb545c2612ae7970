import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Run } from "../model/run.ts";
import { sampleDelivery, sampleRow, sampleRun, sampleTrial } from "../report/sample-run.ts";
import { compareCommand, historyCommand } from "./commands.ts";

let folder = "";
let said = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "edgechat-compare-"));
  said = "";
  const hear = (text: string) => {
    said += `${text}\n`;
  };
  vi.spyOn(console, "log").mockImplementation(hear);
  vi.spyOn(console, "error").mockImplementation(hear);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function keep(id: string, lost: number): Run {
  const run = sampleRun({ id, trials: [sampleTrial([sampleRow({ delivery: sampleDelivery({ lost }) })])] });
  mkdirSync(join(folder, id));
  writeFileSync(join(folder, id, "run.json"), JSON.stringify(run));
  return run;
}

it("[LP14] compare exits with 0 when nothing is worse, 1 when something is, 2 when it cannot compare", () => {
  keep("clean", 0);
  keep("lossy", 4);
  const out = ["--out", folder];

  expect(compareCommand(["clean", join(folder, "clean"), ...out])).toBe(0);
  expect(compareCommand(["clean", join(folder, "lossy", "run.json"), ...out])).toBe(1);
  expect(compareCommand(["clean", ...out])).toBe(2);
  expect(compareCommand(["clean", "nowhere", ...out])).toBe(2);
  expect(said).toContain("nowhere: no run there");
  expect(compareCommand(["clean", "a.log", ...out])).toBe(2);
  expect(compareCommand(["--what"])).toBe(2);
});

it("[LP14] compare writes JSON and a page", () => {
  keep("clean", 0);
  const page = join(folder, "page.html");
  expect(compareCommand(["clean", "clean", "--json", "--html", page, "--out", folder])).toBe(0);
  expect(JSON.parse(said)).toMatchObject({ a: "clean", b: "clean" });
  expect(readFileSync(page, "utf8")).toContain("<!doctype html>");
});

it("[LP15] history names what is no run or of an older shape, and passes over it", () => {
  keep("clean", 0);
  mkdirSync(join(folder, "empty"));
  mkdirSync(join(folder, "older"));
  writeFileSync(join(folder, "older", "run.json"), '{"id":"older"}');

  expect(historyCommand(["--out", folder])).toBe(0);
  expect(said).toMatch(/passed over empty: no run/);
  expect(said).toMatch(/passed over older: its run.json is of another shape/);
  expect(historyCommand(["room-chat", "--out", folder])).toBe(2);
});
