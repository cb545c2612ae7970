import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";

/** What the numbers depend on. */
export type Machine = {
  readonly date: string;
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  /** Processes that wanted a core in the minute before the first trial. */
  readonly loadBefore: number;
};

/** Describes this machine and the source as they are now. */
export function describeMachine(): Machine {
  return {
    date: new Date().toISOString(),
    commit: git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : " with changes"),
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

function git(...args: readonly string[]): string {
  return execFileSync("git", [...args], { cwd: import.meta.dirname, encoding: "utf8" }).trim();
}
