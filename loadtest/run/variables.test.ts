import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LADDER_DEFAULTS } from "../model/ladder-settings.ts";
import { scenarioDefaults } from "../model/scenario-defaults.ts";
import { UsageError } from "./failures.ts";
import { findScenario } from "./scenario-table.ts";
import { OWN_VARIABLES, readVariables, withoutVariables } from "./variables.ts";

const full = findScenario("full-system");

describe("variables of a run", () => {
  it("[LR2] what nobody sets has the original's default, and is written down", () => {
    const { values, plan } = readVariables(full, {}, {});
    expect(values).toEqual({
      ...{ K6_START_VUS: "10", K6_END_VUS: "100", K6_STEP_VUS: "10" },
      ...{ K6_STEP_DURATION: "1m", K6_RAMP_DURATION: "30s", K6_WARMUP_DURATION: "20s" },
      ...{ SLO_P95_MS: "500", SLO_ERROR_RATE: "0.01", SLO_TIMEOUT_RATE: "0" },
    });
    expect(plan.steps).toHaveLength(10);
  });

  it("[LR2] --env goes before the environment, and that before the scenario's own default", () => {
    const smoke = findScenario("smoke");
    expect(readVariables(smoke, {}, {}).values).toMatchObject({ K6_VUS: "5", K6_DURATION: "30s" });
    expect(readVariables(smoke, {}, { K6_VUS: "2" }).values.K6_VUS).toBe("2");
    expect(readVariables(smoke, { K6_VUS: "3" }, { K6_VUS: "2" }).values.K6_VUS).toBe("3");
  });

  it("[LS7] defaults belong to scenarios that there are", () => {
    expect(Object.keys(scenarioDefaults).map((name) => findScenario(name).name)).toEqual(["smoke"]);
  });

  it("[LR2] LOADTEST_VUS and LOADTEST_DURATION, by which scripts get them, are K6_VUS and K6_DURATION", () => {
    const { values } = readVariables(full, { LOADTEST_VUS: "3" }, { LOADTEST_VUS: "2", LOADTEST_DURATION: "7s" });
    expect(values).toMatchObject({ K6_VUS: "3", K6_DURATION: "7s" });
    expect(values).not.toHaveProperty("LOADTEST_VUS");
    expect(readVariables(full, {}, { LOADTEST_VUS: "2", K6_VUS: "4" }).values.K6_VUS).toBe("4");
  });

  it("[LR2] a fixed step has no variable of the ramp", () => {
    expect(Object.keys(readVariables(full, { K6_VUS: "2" }, { K6_END_VUS: "9" }).values)).toEqual(
      expect.not.arrayContaining(["K6_END_VUS", "K6_RAMP_DURATION"]),
    );
  });

  it("[LR2] a scenario's own variables are taken along, the rest of the environment is not", () => {
    const { values } = readVariables(full, {}, { LOADTEST_RATE: "2", LOADTEST_RUN: "mine", HOME: "/home" });
    expect(values).toMatchObject({ LOADTEST_RATE: "2" });
    expect(values).not.toHaveProperty("LOADTEST_RUN");
    expect(values).not.toHaveProperty("HOME");
  });

  it.each([
    [{ K6_STRAT_VUS: "1" }, "K6_STRAT_VUS"],
    [{ K6_VUS: "none" }, "K6_VUS"],
    [{ K6_RAMP_DURATION: "30" }, "K6_RAMP_DURATION"],
    [{ SLO_ERROR_RATE: "2" }, "SLO_ERROR_RATE"],
    [{ LOADTEST_RUN: "mine" }, "LOADTEST_RUN"],
    [{ LOADTEST_SOKETS: "9" }, "LOADTEST_SOKETS"],
  ])("[LR2] %j is refused by its name", (given: Record<string, string>, name) => {
    expect(() => readVariables(full, given, {})).toThrow(UsageError);
    expect(() => readVariables(full, given, {})).toThrow(name);
  });

  it("[LR2] one of ours that is misspelt in the environment is refused, what other programs read is not", () => {
    expect(() => readVariables(full, {}, { LOADTEST_SESSIONS: "9" })).toThrow("LOADTEST_SESSIONS");
    expect(() => readVariables(full, {}, { K6_OUT: "json", LOADTEST_RUN: "mine" })).not.toThrow();
  });

  it("[LR2] every variable is in the documentation", () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/load-testing.md"), "utf8");
    const runner = ["LOADTEST_VUS", "LOADTEST_DURATION"]; // as scripts alone get them
    const named = [...OWN_VARIABLES.filter((name) => !runner.includes(name)), ...Object.keys(LADDER_DEFAULTS)];
    expect(named.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it("[LR2] k6 does not get them as its own environment, where K6_VUS would replace the script's scenarios", () => {
    expect(withoutVariables({ K6_VUS: "2", LOADTEST_RATE: "1", K6_OUT: "json", HOME: "/home" })).toEqual({
      ...{ K6_OUT: "json", HOME: "/home" },
    });
  });
});
