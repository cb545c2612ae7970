import { readFileSync } from "node:fs";

/** What a process has used of the processors, and holds of the memory. */
export type ProcessUse = { readonly cpuSeconds: number; readonly residentMiB: number };
/** What all processors together have spent, since the machine started. */
export type MachineUse = { readonly busySeconds: number; readonly totalSeconds: number };

/** Linux counts in these, whatever its kernel was built with. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;
const UTIME = 13;
const STIME = 14;

/** Null where there is no /proc, or no such process any more. */
export function readProcess(pid: number): ProcessUse | null {
  const stat = read(`/proc/${pid}/stat`);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`));
  if (stat === "" || resident === null) return null;
  // The name, in brackets, may hold anything; what follows are fields without blanks, from the third on.
  const fields = ["", "", ...stat.slice(stat.lastIndexOf(")") + 2).split(" ")].map(Number);
  const ticks = (fields[UTIME] ?? 0) + (fields[STIME] ?? 0);
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentMiB: Number(resident[1]) / KIB_PER_MIB };
}

/** Null where there is no /proc. Waiting for a disk is not being busy. */
export function readMachineUse(): MachineUse | null {
  const line = /^cpu +(.*)$/m.exec(read("/proc/stat"))?.[1];
  if (line === undefined) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = line
    .split(" ")
    .map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  const busySeconds = user + nice + system + irq + softIrq + steal;
  return { busySeconds, totalSeconds: busySeconds + idle + ioWait };
}

/** What a process and all below it use together, as long as they live. */
export function readTree(pid: number): ProcessUse | null {
  const own = readProcess(pid);
  if (own === null) return null;
  const below = readChildren(pid).flatMap((child) => readTree(child) ?? []);
  return [own, ...below].reduce((sum, { cpuSeconds, residentMiB }) => ({
    cpuSeconds: sum.cpuSeconds + cpuSeconds,
    residentMiB: sum.residentMiB + residentMiB,
  }));
}

function readChildren(pid: number): readonly number[] {
  const list = read(`/proc/${pid}/task/${pid}/children`).trim();
  return list === "" ? [] : list.split(" ").map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
