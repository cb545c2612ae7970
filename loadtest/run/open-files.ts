import { execFileSync } from "node:child_process";
import type { StepPlan } from "../model/steps.ts";
import { CannotRunError } from "./failures.ts";
import type { Scenario } from "./scenario-table.ts";

/** What a process has open beside its connections. */
const BESIDE = 200;

/** How many files k6 has open at the plan's greatest step, and as many has the product. */
export function filesNeeded(plan: StepPlan, { weight }: Scenario, sockets: string | undefined): number {
  const vus = Math.max(...plan.steps.map((step) => step.vus));
  return vus * Math.max(weight, Number(sockets ?? 0) + 2) + BESIDE;
}

/** Throws a CannotRunError that says what to do when this process, and so what it starts, may not open so many files. */
export function ensureOpenFiles(needed: number, allowed = readAllowed()): void {
  if (allowed === null || allowed >= needed) return;
  throw new CannotRunError(
    `the run opens up to ${needed} connections and a process may open ${allowed} files here: ulimit -n ${needed}`,
  );
}

/** Null: without a limit, or not known here. Node raises its own limit to the hard one; a shell tells it as children get it. */
function readAllowed(): number | null {
  try {
    const count = Number(execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }));
    return Number.isInteger(count) ? count : null;
  } catch {
    return null;
  }
}
