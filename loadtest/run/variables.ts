import type { Slo } from "../model/run.ts";
import { scenarioDefaults } from "../model/scenario-defaults.ts";
import { readSlo } from "../model/step-report.ts";
import { type Environment, readStepPlan, type StepPlan } from "../model/steps.ts";
import { UsageError } from "./failures.ts";
import type { Scenario } from "./scenario-table.ts";

/** The variables of a run as they are used: each has one value, and the script gets them all. */
export type Variables = {
  readonly values: Readonly<Record<string, string>>;
  readonly plan: StepPlan;
  readonly slo: Slo;
};

const FIXED = { K6_VUS: "", K6_DURATION: "5m" } as const;
const RAMPING = {
  K6_START_VUS: "10",
  K6_END_VUS: "100",
  K6_STEP_VUS: "10",
  K6_STEP_DURATION: "1m",
  K6_RAMP_DURATION: "30s",
  K6_WARMUP_DURATION: "20s",
} as const;
const SLO = { SLO_P95_MS: "500", SLO_P99_MS: "", SLO_ERROR_RATE: "0.01", SLO_TIMEOUT_RATE: "0" } as const;
const NAMES: readonly string[] = Object.keys({ ...FIXED, ...RAMPING, ...SLO });
/** Ours: each is of one scenario or more, and the others pass it over. The runner sets LOADTEST_RUN itself. */
export const OWN_VARIABLES: readonly string[] = [
  ...["LOADTEST_VUS", "LOADTEST_DURATION", "LOADTEST_COOL_DOWN", "LOADTEST_MESSAGE_BYTES", "LOADTEST_WATCHERS"],
  ...["LOADTEST_SESSION_MIN", "LOADTEST_SESSION_MAX", "LOADTEST_ROOMS", "LOADTEST_ROOM_SIZE", "LOADTEST_ROOM_RATE"],
  ...["LOADTEST_RATE", "LOADTEST_SOCKETS", "LOADTEST_PUBLISHERS", "LOADTEST_HISTORY"],
];
const OURS = "LOADTEST_";

/**
 * What --env and the process's environment say, in this order, then the scenario's and the original's defaults. Throws a
 * UsageError that names the variable that is unknown or wrong.
 */
export function readVariables(
  scenario: Scenario,
  given: Readonly<Record<string, string>>,
  environment: Environment,
): Variables {
  const ours = Object.keys(environment).filter((name) => name.startsWith(OURS) && name !== "LOADTEST_RUN");
  const unknown = [...Object.keys(given), ...ours].find((name) => !isKnown(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no variable ${unknown}. There are ${[...NAMES, ...OWN_VARIABLES].join(", ")}`);
  }
  const known = Object.entries(environment).filter(([name, value]) => isKnown(name) && value !== "");
  const defaults = toStrings(Object.entries(scenarioDefaults[scenario.name] ?? {}));
  const set = { ...defaults, ...toOriginalNames(toStrings(known)), ...toOriginalNames(given) };
  const model = set.K6_VUS ? FIXED : RAMPING;
  const own = Object.entries(set).filter(([name]) => OWN_VARIABLES.includes(name) || name in model || name in SLO);
  const values = toStrings(Object.entries({ ...model, ...SLO, ...toStrings(own) }));
  try {
    return { values, plan: readStepPlan(values), slo: readSlo(values) };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** An environment without the variables of a load test: k6 would take K6_VUS and K6_DURATION for options of its own. */
export function withoutVariables(environment: Environment): Readonly<Record<string, string>> {
  return toStrings(Object.entries(environment).filter(([name]) => !isKnown(name) && !name.startsWith(OURS)));
}

/** A user may have LOADTEST_VUS and LOADTEST_DURATION set for scripts that k6 runs without this command. */
function toOriginalNames({ LOADTEST_VUS, LOADTEST_DURATION, ...rest }: Readonly<Record<string, string>>) {
  const named = { K6_VUS: LOADTEST_VUS, K6_DURATION: LOADTEST_DURATION };
  return { ...toStrings(Object.entries(named)), ...rest };
}

function isKnown(name: string): boolean {
  return NAMES.includes(name) || OWN_VARIABLES.includes(name);
}

function toStrings(entries: readonly (readonly [string, string | undefined])[]): Record<string, string> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
