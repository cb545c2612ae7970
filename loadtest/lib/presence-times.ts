import type { Step } from "../model/steps.ts";

const QUIET_MS_MIN = 800;
const QUIET_MS_MAX = 3_000;

/**
 * When people of presence-churn move in a step, in ms since the scenario's start. Around the end of the steady phase
 * nobody does, so that a count can be wrong or right: everybody is in, then nobody, and then the next step begins.
 */
export type PresenceTimes = {
  /** Nobody comes before. */
  readonly enterAtMs: number;
  /** Everybody is in and stays. */
  readonly allInAtMs: number;
  readonly checkFullAtMs: number;
  readonly leaveAtMs: number;
  readonly checkEmptyAtMs: number;
};

/** A step's times; the quiet is shorter where phases are. */
export function toPresenceTimes({ step, rampAtMs, steadyAtMs, endMs }: Step): PresenceTimes {
  const roomMs = steadyAtMs > rampAtMs ? steadyAtMs - rampAtMs : endMs - steadyAtMs;
  const quietMs = Math.min(QUIET_MS_MAX, Math.max(QUIET_MS_MIN, roomMs / 4));
  return {
    enterAtMs: step === 1 ? rampAtMs : rampAtMs + quietMs * 2.5,
    allInAtMs: endMs - quietMs,
    checkFullAtMs: endMs + quietMs / 2,
    leaveAtMs: endMs + quietMs,
    checkEmptyAtMs: endMs + quietMs * 2,
  };
}
