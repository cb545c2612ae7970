import { parseArgs } from "node:util";
import { readInteger } from "../contracts/settings.ts";
import { toBenchMarkdown, toBenchRows, toRatioRows, toTrialLine } from "./lib/bench-report.ts";
import { runBench } from "./lib/bench-trials.ts";
import { describeMachine } from "./lib/machine.ts";
import { toJson } from "./lib/report.ts";
import { writeResults } from "./lib/run.ts";
import { readMeasureNames } from "./measures/measures.ts";
import { startAll } from "./targets/start.ts";

// Measures the product beside its baselines on this machine, in one run: npm run bench, npm run bench -- fanout.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { trials: { type: "string", default: "3" } },
});
const trials = readInteger("--trials", values.trials, 1);
const names = readMeasureNames(positionals);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
const machine = describeMachine();
console.log(machine);

const { targets, notRun, end } = await startAll(names);
for (const { name, reason } of notRun) console.log(`${name} is not run: ${reason}`);
try {
  const taken = await runBench(names, targets, { trials, onTrial: (trial) => console.log(toTrialLine(trial)) });
  const [rows, ratios] = [toBenchRows(taken), toRatioRows(taken)];
  writeResults(positionals.join("-") || "bench", toJson({ machine, trials, notRun }, { ratios, rows, taken }));
  console.log(`\n${toBenchMarkdown(rows, ratios)}`);
} finally {
  await end();
}
