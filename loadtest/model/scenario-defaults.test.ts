import { expect, it } from "vitest";
import { scenarioDefaults } from "./scenario-defaults.ts";
import { readStepPlan, toK6Environment } from "./steps.ts";

it("[LS7] smoke is 5 users for 30 s, for the runner and for the script alike", () => {
  const smoke = scenarioDefaults.smoke ?? {};
  const { steps } = readStepPlan(smoke);
  expect(steps).toEqual([expect.objectContaining({ vus: 5, endMs: 30_000 })]);
  expect(readStepPlan(toK6Environment(smoke)).steps).toEqual(steps);
});
