import { readdirSync } from "node:fs";
import { setPriority } from "node:os";

/**
 * Gives way to the rooms: every thread of this process runs at this niceness. On Linux niceness belongs to a thread and
 * is inherited, so the pool's threads that run already are told one by one. [SH11]
 */
export function lowerPriority(niceness: number): void {
  setPriority(niceness);
  if (process.platform !== "linux") return;
  for (const thread of readdirSync("/proc/self/task")) setPriority(Number(thread), niceness);
}
