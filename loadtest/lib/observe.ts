import type { Observation } from "../model/observation.ts";

/** Writes an observation down: the runner gives k6 a file for what scripts print. */
export function observe(observation: Observation): void {
  console.log(JSON.stringify(observation));
}
