import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 10;
const GONE_MS_MAX = 5_000;

/**
 * Ends every workerd that serves this configuration file, and returns their pids when they are gone. [SH5]
 * Call it with the data lock held: whatever still serves the folder then outlived a supervisor that was killed. The
 * path in its arguments tells it, so there is no pid file that could be missing or name somebody else.
 */
export async function endOrphans(configPath: string): Promise<readonly number[]> {
  const orphans = findServers(configPath);
  for (const pid of orphans) kill(pid);
  const deadline = Date.now() + GONE_MS_MAX;
  while (findServers(configPath).length > 0) {
    if (Date.now() > deadline)
      throw new Error(`process ${orphans.join(", ")} serves ${configPath} and cannot be ended`);
    await delay(POLL_MS);
  }
  return orphans;
}

function findServers(configPath: string): readonly number[] {
  const list = process.platform === "linux" ? listFromProc() : listFromPs();
  return list.filter(({ command }) => serves(command, configPath)).map(({ pid }) => pid);
}

type Process = { readonly pid: number; readonly command: readonly string[] };

function serves([program = "", verb, ...rest]: readonly string[], configPath: string): boolean {
  return basename(program).startsWith("workerd") && verb === "serve" && rest.includes(configPath);
}

function listFromProc(): readonly Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), command: readCommand(name) }));
}

function readCommand(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // ended between the listing and the reading
  }
}

function listFromPs(): readonly Process[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid, ...command] = line.trim().split(/\s+/);
    return { pid: Number(pid), command };
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!gone) throw error;
  }
}
