import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How one check is made, and what it remembers from one to the next: a file in `folder`. */
export type HealthCheck = {
  readonly url: string;
  readonly folder: string;
  /** Ends the process that does not answer. */
  readonly kill: () => void;
};

const ANSWER_MS_MAX = 4_000;
const FAILURES_MAX = 3;

/**
 * Whether the process answers 200. One that did once and then fails FAILURES_MAX times in a row is ended, because a
 * container's restart policy starts again what has ended, never what is merely unhealthy. [DP4]
 */
export async function checkHealth({ url, folder, kill }: HealthCheck): Promise<boolean> {
  const memory = join(folder, "failed-health-checks");
  if (await answers(url)) {
    writeFileSync(memory, "0");
    return true;
  }
  if (!existsSync(memory)) return false; // still starting, which may take its time
  const failures = Number(readFileSync(memory, "utf8")) + 1;
  writeFileSync(memory, String(failures));
  if (failures < FAILURES_MAX) return false;
  rmSync(memory);
  kill();
  return false;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX), headers: { connection: "close" } });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
