import type { Run } from "../model/run.ts";
import { toCount } from "./format.ts";
import { deliveryTable, extraTable, generatorTable, killTable, socketTable, stepTable } from "./step-tables.ts";
import { toTextTable } from "./text-table.ts";
import { toGeneratorSentence, toLimits, toSentences } from "./verdict.ts";

/** The run as text for a terminal: its steps, what the checker found, and the verdict last, where the eye is. */
export function toText(run: Run): string {
  const tables = [stepTable, socketTable, deliveryTable, extraTable, killTable, generatorTable].flatMap((toTable) => {
    const table = toTable(run, "medians");
    return table === null ? [] : [toTextTable(table)];
  });
  const generator = toGeneratorSentence(run);
  const head = `${run.scenario} on ${run.deployment} ${run.url}, ${toCount(run.trials.length, "trial")}`;
  const verdict = [`SLO: ${toLimits(run).join("; ")}`, ...toSentences(run), `Verdict: ${run.verdict.toUpperCase()}`];
  return `${[head, ...tables, generator, verdict.join("\n")].join("\n\n")}\n`;
}
