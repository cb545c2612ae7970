import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../../bench/lib/machine.ts";
import type { GeneratorLimits } from "../model/run.ts";

/** What `limits` keeps: what the generator reaches, and on which machine with which k6 that was so. */
export type KeptLimits = GeneratorLimits & { readonly machine: Machine; readonly k6: string };

const FILE = "generator.json";

/** Keeps what was measured, in place of what was kept before. */
export function keepLimits(out: string, limits: KeptLimits): void {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, FILE), `${JSON.stringify(limits, null, 2)}\n`);
}

/** What was measured on this machine with this k6, or null. */
export function readLimits(out: string, machine: Machine, k6: string): GeneratorLimits | null {
  const path = join(out, FILE);
  if (!existsSync(path)) return null;
  const kept = JSON.parse(readFileSync(path, "utf8")) as KeptLimits;
  const isSame = ["cores", "cpu", "memoryGiB", "os"].every((name) =>
    same(kept.machine, machine, name as keyof Machine),
  );
  if (!isSame || kept.k6 !== k6) return null;
  return { httpPerSecond: kept.httpPerSecond, deliveriesPerSecond: kept.deliveriesPerSecond };
}

function same(kept: Machine, machine: Machine, name: keyof Machine): boolean {
  return kept[name] === machine[name];
}
