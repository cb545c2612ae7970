import { listScenarios } from "./scenario-table.ts";

/** What the command can do, with the scenarios. */
export function usage(): string {
  return `npm run loadtest -- SCENARIO [options]

Starts the product in production form, or takes the edge at --url, puts load on it step by step with k6, checks every
message at every subscriber, and writes a report. Exit code: 0 every step passes, 1 one does not, 2 wrong usage, 3 the
run could not be made.

Scenarios:
${listScenarios()}

Options:
  --url URL             the edge; without it the product is started here
  --form FORM           monolith or services, of the product that is started (monolith)
  --trials N            so often, each with an empty product (1)
  --kill [STEP]         kill -9 of the runtime in the middle of a step (the middle one)
  --kill-command CMD    what restarts the edge at --url, for --kill
  --env NAME=VALUE      a variable; as often as needed. The process's environment counts too
  --live                writes k6's metrics to Prometheus while it runs
  --prometheus URL      where that takes them (http://127.0.0.1:9090/api/v1/write)
  --dashboard           k6's own dashboard at http://127.0.0.1:5665 while it runs
  --keep-data           leaves the product's data folder
  --out FOLDER          where runs are kept (data/loadtest)
  --list, --help

Variables (defaults): K6_START_VUS (10), K6_END_VUS (100), K6_STEP_VUS (10), K6_RAMP_DURATION (30s), K6_WARMUP_DURATION
(20s), K6_STEP_DURATION (1m); K6_VUS for one fixed step, K6_DURATION (5m); SLO_P95_MS (500), SLO_P99_MS,
SLO_ERROR_RATE (0.01), SLO_TIMEOUT_RATE (0); LOADTEST_… of the scenarios: docs/load-testing.md.

Other commands:
  ladder                logins and chat at 10, 100, 1,000 and 5,000 users
  limits                measures what k6 reaches on this machine against a server that does nothing
  compare A B           two runs, per step and metric
  history [SCENARIO]    the kept runs over time`;
}
