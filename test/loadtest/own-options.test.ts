import { describe, it } from "vitest";
import { runK6 } from "../support/k6-script.ts";
import { requireK6 } from "../support/require-k6.ts";

const SCRIPT = "loadtest/scenarios/user-checkauth.ts";
const RUN_MS_MAX = 60_000;
/** A port that nobody listens on: a script that goes on says that there is no edge. */
const NOWHERE = { API_BASE_URL: "http://127.0.0.1:1" };
const SCRIPT_ERROR = 107;

describe.concurrent("a script that k6 runs without our command", () => {
  it.for([
    { K6_VUS: "2", K6_DURATION: "2s" },
    { K6_VUS: "2", K6_ITERATIONS: "2" },
    { K6_DURATION: "2s" },
    { K6_STAGES: "1s:2" },
  ])(
    "[LS9] ends at once where %j has replaced its scenarios, and says what to set",
    { timeout: RUN_MS_MAX },
    async (env, { skip, expect }) => {
      await requireK6("what scripts say of k6's own options", skip);
      const { exitCode, said } = await runK6(SCRIPT, { ...NOWHERE, ...env });
      expect(said).toMatch(/threw this script's scenarios away.*LOADTEST_VUS.*npm run loadtest/s);
      expect(exitCode).toBe(SCRIPT_ERROR);
    },
  );

  it("[LS9] goes on with LOADTEST_VUS and LOADTEST_DURATION", { timeout: RUN_MS_MAX }, async ({ skip, expect }) => {
    await requireK6("a script's own names of k6's options", skip);
    const { said } = await runK6(SCRIPT, { ...NOWHERE, LOADTEST_VUS: "2", LOADTEST_DURATION: "2s" });
    expect(said).toContain(`no edge at ${NOWHERE.API_BASE_URL}`);
  });
});
