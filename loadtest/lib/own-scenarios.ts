import exec from "k6/execution";

/** What k6 calls the one scenario that it makes of its own options. No script here has one of that name. */
const OF_K6 = "default";

/**
 * Throws when k6 has put a scenario of its own in the place of the script's, which it does silently but for a warning:
 * nothing of the step model is left then, and what is measured is not what was asked for.
 */
export function ensureOwnScenarios(): void {
  if (!(OF_K6 in (exec.test.options.scenarios ?? {}))) return;
  throw new Error(
    "k6 took K6_VUS, K6_DURATION, K6_ITERATIONS, K6_STAGES or an option of its command for itself and threw this script's scenarios away. Unset it and set LOADTEST_VUS and LOADTEST_DURATION, or start the script by `npm run loadtest -- SCENARIO`, which takes K6_VUS and K6_DURATION.",
  );
}
