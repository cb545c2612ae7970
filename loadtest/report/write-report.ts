import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../model/run.ts";
import { toCharts } from "./charts.ts";
import { configurationTable, machineTable } from "./facts.ts";
import { type Markup, markup, toHtmlTable } from "./markup.ts";
import { chartGrid, toPage } from "./page.ts";
import { toCommand } from "./repeat.ts";
import { deliveryTable, extraTable, generatorTable, killTable, socketTable, stepTable } from "./step-tables.ts";
import { toGeneratorSentence, toLimits, toSentences, toVus } from "./verdict.ts";

/** Writes report.html into a run's folder. It opens from the disk, without a network. */
export function writeReport(run: Run, folder: string): void {
  writeFileSync(join(folder, "report.html"), toReport(run));
}

/** The report of a run as one HTML file. */
export function toReport(run: Run): string {
  const tables = [stepTable, socketTable, deliveryTable, extraTable, killTable, generatorTable];
  const body = markup`<h1>${run.scenario} <small>on ${run.deployment}, ${run.machine.date.slice(0, 10)}</small></h1>
${sloCard(run)}
<h2>Against the virtual users</h2>
${chartGrid(toCharts(run))}
<h2>Every step${run.trials.length > 1 ? " and trial" : ""}</h2>
${tables.map((toTable) => toHtmlTable(toTable(run, "trials")))}
<p>${toGeneratorSentence(run)}</p>
<h2>What the numbers depend on</h2>
${toHtmlTable(machineTable(run))}
${toHtmlTable(configurationTable(run))}
<h2>Once more</h2>
<p>With the source at ${run.machine.commit}:</p>
<pre tabindex="0"><code>${toCommand(run)}</code></pre>`;
  return toPage(`${run.id}: ${run.verdict}`, body);
}

function sloCard(run: Run): Markup {
  const sign = run.verdict === "pass" ? "✓ pass" : "✗ fail";
  return markup`<section class="card ${run.verdict}" aria-label="Verdict">
<p class="verdict">${sign}</p>
${toSentences(run).map((sentence) => markup`<p class="sentence">${sentence}</p>`)}
<dl>
<div><dt>Capacity</dt><dd>${toVus(run.trials, "capacity")}</dd></div>
<div><dt>First to fail</dt><dd>${toVus(run.trials, "bottleneck")}</dd></div>
<div><dt>SLO</dt><dd>${toLimits(run).join("; ")}</dd></div>
</dl>
</section>`;
}
