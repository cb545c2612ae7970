import { toFigure, toQuantity } from "../report/format.ts";
import { markup, toHtmlTable } from "../report/markup.ts";
import { toPage } from "../report/page.ts";
import { type Cell, type ColumnOf, type Table, tableOf } from "../report/table.ts";
import { toTextTable } from "../report/text-table.ts";
import { ERRORS_MAX } from "./chance.ts";
import { type Comparison, isWorse } from "./comparison.ts";
import { countNoisy, expectedApart } from "./correct-for-chance.ts";
import type { Compared, Judgement, Side } from "./judge-reading.ts";

/** The comparison for a terminal: warnings first, the verdict last. */
export function toComparisonText(comparison: Comparison): string {
  const { a, b, warnings } = comparison;
  const head = [`A ${a}`, `B ${b}`, ...warnings.map((warning) => `! ${warning}`)].join("\n");
  return `${[head, toTextTable(comparisonTable(comparison)), [toVerdict(comparison), ...toChance(comparison)].join("\n")].join("\n\n")}\n`;
}

/** The comparison as one HTML file. */
export function toComparisonPage(comparison: Comparison): string {
  const { a, b, warnings } = comparison;
  const body = markup`<h1>B against A</h1>
<section class="card ${isWorse(comparison) ? "fail" : "plain"}" aria-label="Verdict">
<p><b>A</b> ${a}</p>
<p><b>B</b> ${b}</p>
<p class="sentence">${toVerdict(comparison)}</p>
<p>${toChance(comparison).join(" ")}</p>
${warnings.map((warning) => markup`<p><b class="sign">!</b> ${warning}</p>`)}
</section>
${toHtmlTable(comparisonTable(comparison))}`;
  return toPage(`${b} against ${a}`, body);
}

/** How many readings are better, the same and worse, in words. */
export function toVerdict({ rows }: Comparison): string {
  const count = (judgement: Judgement) => rows.filter((row) => row.judgement === judgement).length;
  const apart = count("apart") === 0 ? "" : `, ${count("apart")} apart but perhaps by chance`;
  const none = count("none") === 0 ? "" : `, ${count("none")} without a verdict (too few trials)`;
  if (rows.length === 0) return "nothing to compare: the two have no step and measure in common";
  return `B against A: ${count("better")} better, ${count("same")} same, ${count("worse")} worse${apart}${none}`;
}

/** How much chance alone would show, and what was done against it. Nothing where noise is not judged. */
function toChance({ rows }: Comparison): readonly string[] {
  const count = countNoisy(rows);
  if (count === 0) return [];
  return [
    `By chance alone ${expectedApart(rows).toFixed(1)} of ${count} comparisons would lie apart, so a measure is better or worse only where more`,
    `of its steps are than chance explains (Holm, ${ERRORS_MAX * 100} % over all measures); with few steps that takes more trials.`,
  ];
}

function comparisonTable({ rows }: Comparison): Table {
  const told = rows.filter((row) => !isNothing(row));
  const left = told.length === rows.length ? "" : `; ${rows.length - told.length} rows of nothing but 0 are left out`;
  return tableOf(`B against A: medians of the trials [spread], of what went wrong the mean${left}`, columns, told);
}

/** That nothing was lost is worth a line, that no 4xx was answered is not. */
function isNothing({ a, b, noisy, judgement }: Compared): boolean {
  const isZero = [a, b].every(({ low, high }) => low === 0 && high === 0);
  return isZero && (noisy || judgement === "none" || judgement === "shown");
}

const columns: readonly ColumnOf<Compared>[] = [
  { name: "at", cell: ({ at }) => at },
  { name: "measure", cell: ({ label }) => label },
  { name: "A", numeric: true, cell: (row) => toSideText(row, row.a) },
  { name: "B", numeric: true, cell: (row) => toSideText(row, row.b) },
  {
    name: "difference",
    numeric: true,
    cell: ({ difference, unit }) => signed(difference, toQuantity(difference, unit)),
  },
  { name: "ratio", numeric: true, cell: ({ ratio }) => (ratio === null ? "–" : ratio.toFixed(2)) },
  { name: "verdict", cell: ({ judgement }) => judgements[judgement] },
];

const judgements: Readonly<Record<Judgement, Cell>> = {
  better: { text: "better", tone: "good" },
  same: { text: "same" },
  worse: { text: "WORSE", tone: "bad" },
  apart: { text: "apart, by chance?", tone: "note" },
  none: { text: "too few trials" },
  shown: { text: "" },
};

function toSideText({ unit }: Compared, { trials, middle, low, high }: Side): string {
  if (trials === 1) return toQuantity(middle, unit);
  return `${toQuantity(middle, unit)} [${toFigure(low, unit)}-${toFigure(high, unit)}]`;
}

function signed(value: number, text: string): string {
  return value > 0 ? `+${text}` : text;
}
