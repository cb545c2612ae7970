import { startProduct } from "./lib/product.ts";
import { toJson, toLine, toMarkdown, toRows } from "./lib/report.ts";
import { beginRun, writeResults } from "./lib/run.ts";
import { runTrials } from "./lib/trials.ts";

// Compares the monolith with the four services on this machine, in one run: npm run bench:forms.
const { machine, options } = beginRun({ trials: "15", ms: "500" });

const products = [await startProduct("monolith"), await startProduct("services")];
try {
  const trials = await runTrials(products, options, (trial) => console.log(toLine(trial)));
  const rows = toRows(trials);
  writeResults("forms", toJson({ machine, options }, { rows, trials }));
  console.log(`\n${toMarkdown(rows)}`);
} finally {
  await Promise.all(products.map((product) => product.end()));
}
