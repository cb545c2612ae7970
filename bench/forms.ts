import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readInteger } from "../contracts/settings.ts";
import { describeMachine } from "./lib/machine.ts";
import { startProduct } from "./lib/product.ts";
import { toJson, toLine, toMarkdown, toRows } from "./lib/report.ts";
import { runTrials } from "./lib/trials.ts";

// Compares the monolith with the four services on this machine, in one run: npm run bench:forms.
const { values } = parseArgs({
  options: { trials: { type: "string", default: "15" }, ms: { type: "string", default: "500" } },
});
const options = {
  trials: readInteger("--trials", values.trials, 1),
  ms: readInteger("--ms", values.ms, 100),
};
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1)); // and the servers with it
const machine = describeMachine();
console.log(machine);

const products = [await startProduct("monolith"), await startProduct("services")];
try {
  const trials = await runTrials(products, options, (trial) => console.log(toLine(trial)));
  const rows = toRows(trials);
  const results = join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, "forms.json"), toJson({ machine, options }, { rows, trials }));
  console.log(`\n${toMarkdown(rows)}`);
} finally {
  await Promise.all(products.map((product) => product.end()));
}
