import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

// Lints contracts/proto and compares it with what was committed: with the last commit that changed it, so that what is
// not committed yet breaks nothing, and with those before, so that no later commit hides one that broke something.
const root = join(import.meta.dirname, "..");
const CONTRACTS = "contracts/proto";
const COMMITS = 20;

buf("lint");
for (const commit of lastChanges()) buf("breaking", "--against", `.git#ref=${commit},subdir=${CONTRACTS}`);

function lastChanges(): readonly string[] {
  const log = ["log", `--max-count=${COMMITS}`, "--format=%H", "--", CONTRACTS];
  const commits = execFileSync("git", log, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
  if (commits.length === 0) console.log(`no commit holds ${CONTRACTS} yet: nothing to compare with`);
  return commits;
}

function buf(command: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync("buf", [command, CONTRACTS, ...args], { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
  console.log(["buf", command, ...args].join(" "), "passed");
}
