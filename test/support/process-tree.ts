import { readdirSync, readFileSync } from "node:fs";

/** A running process as /proc shows it (Linux). */
export type Process = { readonly pid: number; readonly name: string };

/** Every descendant of a process, parents first. */
export function descendants(pid: number): readonly Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStat);
  const below = (parent: number): Process[] =>
    all.filter((child) => child.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(pid);
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (line === null) throw new Error(`process ${pid} has no VmRSS`);
  return Number(line[1]) * 1_024;
}

function readStat(pid: string): (Process & { readonly parent: number })[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = /^(\d+) \((.*)\) \S (\d+)/s.exec(stat);
    return fields === null ? [] : [{ pid: Number(pid), name: fields[2] ?? "", parent: Number(fields[3]) }];
  } catch {
    return []; // it ended while we looked
  }
}
