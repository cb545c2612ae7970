import type { Environment } from "./steps.ts";

/** What a scenario takes for a variable that nobody set, where that is not the step model's own default. */
export const scenarioDefaults: Readonly<Record<string, Environment>> = {
  smoke: { K6_VUS: "5", K6_DURATION: "30s" },
};
