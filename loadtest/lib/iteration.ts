import { sleep } from "k6";
import exec from "k6/execution";
import { moment } from "./clock.ts";
import { LagMeter } from "./lag.ts";
import { observe } from "./observe.ts";
import { publishers } from "./publishing.ts";
import { recordIteration } from "./steady.ts";

/** In the cool-down a virtual user looks so often whether it is over. */
const IDLE_SECONDS = 0.5;

const lag = new LagMeter();

/** One iteration of requests: counted when it is done, and everything that it sent is written down. Nothing in the cool-down. */
export function iterate(work: () => void): void {
  tellBegan();
  const began = moment();
  if (began.phase === "cooldown") {
    sleep(IDLE_SECONDS);
    return;
  }
  work();
  recordIteration(began);
  publishers.report();
  lag.report();
}

/** Waits between two bounds, at random, as a person does between two clicks. */
export function pause(minMs: number, maxMs = minMs): void {
  const dueMs = Date.now() + minMs + Math.random() * (maxMs - minMs);
  sleep((dueMs - Date.now()) / 1_000);
  lag.late(dueMs, Date.now());
}

/** Does something so many times, with a pause behind each. */
export function repeat(times: number, work: () => void, pauseMs: readonly [min: number, max: number] = [0, 0]): void {
  for (let i = 0; i < times; i++) {
    work();
    if (pauseMs[1] > 0) pause(...pauseMs);
  }
}

/** Writes down when the scenario began; its first iteration does. */
export function tellBegan(): void {
  const { iterationInTest, startTime } = exec.scenario;
  if (iterationInTest === 0) observe({ type: "began", atMs: Math.round(startTime) });
}

/** An integer from 0 on, below a bound, at random. */
export function below(bound: number): number {
  return Math.floor(Math.random() * bound);
}
