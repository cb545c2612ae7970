import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * For tests: a folder with a program `k6` that says it is this version. As `run` it leaves what the environment's FAKE_K6 asks for: a
 * summary and observations of one step of one virtual user, or only a part of them.
 */
export function createFakeK6(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), "edgechat-fake-k6-"));
  writeFileSync(join(folder, "k6"), `#!${process.execPath}\n${PROGRAM.replace("VERSION", version)}`, { mode: 0o755 });
  return folder;
}

const PROGRAM = String.raw`
const { writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
if (args[0] === "version") {
  console.log("VERSION");
  process.exit();
}
const option = (name) => args.find((arg) => arg.startsWith(name + "=")).slice(name.length + 1);
const what = process.env.FAKE_K6 ?? "good";
const now = Date.now();
const tags = "{step:1,vus:1}";
const finish = (code) => {
  const duration = { count: 9, med: 3, "p(90)": 4, "p(95)": what === "slow" ? 900 : 5, "p(99)": 6 };
  const metrics = {
    ["steady_http_duration" + tags]: duration,
    ["steady_http_requests" + tags]: { count: 9 },
    ["steady_http_errors" + tags]: { count: what === "wait" ? 2 : 0 },
    http_req_failed: { value: 1, thresholds: { "rate<0.05": what === "crossed" } },
  };
  writeFileSync(option("--summary-export"), JSON.stringify({ metrics }));
  process.exit(code);
};
const published = { type: "published", step: 1, channel: "r1", publisher: "p", rows: [[1, now, now + 1, 0], [2, now, now + 5000, 0]] };
const watched = {
  ...{ type: "watched", step: 1, channel: "r1", subscriber: "s", fromMs: now - 1, toMs: now + 9000 },
  ...{ seen: { p: what === "lost" ? [1, 1] : [1, 2] }, delivered: what === "lost" ? 1 : 2 },
  ...{ duplicated: 0, reordered: 0, late: {}, blocks: [], arrived: 1, latency: [0, 1] },
};
const lines = [{ type: "began", atMs: now }, published, watched].map((line) => JSON.stringify(line));
if (what === "broken" || (what === "once" && !option("--summary-export").includes("trial-1"))) {
  console.error("ReferenceError: nothing is defined");
  process.exit(107);
}
if (what === "throwing") console.error("Error: no such thing\n\tat load (file:///script.ts:3:5(7))\n\tat default (file:///script.ts:9:1(2))");
writeFileSync(option("--console-output"), what === "silent" ? "some text\n" : lines.join("\n") + "\n");
if (what === "asked") process.on("SIGINT", () => finish(105));
if (what === "asked") setInterval(() => undefined, 1000);
else if (what === "wait") setTimeout(() => finish(0), 1000);
else finish(what === "crossed" ? 99 : 0);
`;
