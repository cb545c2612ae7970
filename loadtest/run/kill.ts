import { exec } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Step, StepPlan } from "../model/steps.ts";
import type { KillWish } from "./arguments.ts";
import type { Edge } from "./edge.ts";
import { CannotRunError, UsageError } from "./failures.ts";
import { untilReady } from "./ready.ts";

/** A kill that was made: in which step, when, and how long the edge was not ready. */
export type Kill = { readonly step: number; readonly atMs: number; readonly readyAfterMs: number | null };
/** What is killed: the product that was started here, or what the command restarts behind a URL. */
export type Victim = { readonly url: string; readonly edge: Edge | null };

/** The step that a kill is wished for. Throws a UsageError when the plan has no such step. */
export function stepOfKill({ steps }: StepPlan, { step }: KillWish): Step {
  const found = steps[(step ?? Math.ceil(steps.length / 2)) - 1];
  if (found === undefined) throw new UsageError(`--kill ${step}: the run has steps 1 to ${steps.length}`);
  return found;
}

/** Waits for the middle of a step's steady phase, kills, and waits until the edge is ready again. Null: ended before. */
export async function killInTheMiddle(
  { command }: KillWish,
  { step, steadyAtMs, endMs }: Step,
  beganAtMs: number,
  victim: Victim,
  signal: AbortSignal,
): Promise<Kill | null> {
  const dueMs = beganAtMs + (steadyAtMs + endMs) / 2;
  // A timer of Node may be up to a millisecond early.
  await sleep(Math.max(0, dueMs + 1 - Date.now()), undefined, { signal }).catch(() => undefined);
  if (signal.aborted) return null;
  const killedAtMs = Date.now();
  console.error(`step ${step}: the edge is killed`);
  const readyAfterMs = await kill(command, victim);
  console.error(
    `step ${step}: ${readyAfterMs === null ? "the edge did not come back" : `ready after ${readyAfterMs} ms`}`,
  );
  return { step, atMs: killedAtMs - beganAtMs - steadyAtMs, readyAfterMs };
}

async function kill(command: string | null, { url, edge }: Victim): Promise<number | null> {
  if (command === null && edge !== null) return await edge.kill();
  const killedAtMs = Date.now();
  try {
    await promisify(exec)(command ?? "");
  } catch (error) {
    throw new CannotRunError(`--kill-command failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  return await untilReady(url, killedAtMs);
}
