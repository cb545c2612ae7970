import { clearInterval, setInterval } from "k6/timers";
import { encodeHistogram, type Histogram, record } from "../model/histogram.ts";
import { momentOf } from "./clock.ts";
import { observe } from "./observe.ts";

const TICK_MS = 100;

/**
 * How late the timers of one virtual user were in the steady phases: what the generator adds to what it measures. A
 * stall in which several ticks would have been due counts as all of them, or it would be one late one among many
 * ("coordinated omission", G. Tene).
 */
export class LagMeter {
  readonly #steps = new Map<number, Histogram>();

  /** A timer that was due at a moment went off now. */
  late(dueMs: number, nowMs: number): void {
    const { step, phase } = momentOf(nowMs);
    if (phase !== "steady") return;
    const lateness: Histogram = this.#steps.get(step.step) ?? new Map();
    this.#steps.set(step.step, lateness);
    record(lateness, Math.max(0, nowMs - dueMs));
  }

  /** Measures by a timer of its own, ten times a second, until the function that it answers is called. */
  tick(): () => void {
    let lastMs = Date.now();
    const timer = setInterval(() => {
      const nowMs = Date.now();
      for (let dueMs = lastMs + TICK_MS; dueMs <= nowMs; dueMs += TICK_MS) this.late(dueMs, nowMs);
      lastMs = nowMs;
    }, TICK_MS);
    return () => clearInterval(timer);
  }

  /** Writes down what was measured since the last report. */
  report(): void {
    for (const [step, lateness] of this.#steps) observe({ type: "lag", step, lateness: encodeHistogram(lateness) });
    this.#steps.clear();
  }
}
