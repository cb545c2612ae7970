import { toFigure, toQuantity } from "../report/format.ts";
import { markup, toHtmlTable } from "../report/markup.ts";
import { toPage } from "../report/page.ts";
import { type Cell, type ColumnOf, type Table, tableOf } from "../report/table.ts";
import { toTextTable } from "../report/text-table.ts";
import { type Comparison, isWorse } from "./comparison.ts";
import type { Compared, Judgement, Side } from "./judge-reading.ts";

/** The comparison for a terminal: warnings first, the verdict last. */
export function toComparisonText(comparison: Comparison): string {
  const { a, b, warnings } = comparison;
  const head = [`A ${a}`, `B ${b}`, ...warnings.map((warning) => `! ${warning}`)].join("\n");
  return `${[head, toTextTable(comparisonTable(comparison)), toVerdict(comparison)].join("\n\n")}\n`;
}

/** The comparison as one HTML file. */
export function toComparisonPage(comparison: Comparison): string {
  const { a, b, warnings } = comparison;
  const body = markup`<h1>B against A</h1>
<section class="card ${isWorse(comparison) ? "fail" : "plain"}" aria-label="Verdict">
<p><b>A</b> ${a}</p>
<p><b>B</b> ${b}</p>
<p class="sentence">${toVerdict(comparison)}</p>
${warnings.map((warning) => markup`<p><b class="sign">!</b> ${warning}</p>`)}
</section>
${toHtmlTable(comparisonTable(comparison))}`;
  return toPage(`${b} against ${a}`, body);
}

/** How many readings are better, the same and worse, in words. */
export function toVerdict({ rows }: Comparison): string {
  const count = (judgement: Judgement) => rows.filter((row) => row.judgement === judgement).length;
  const none = count("none") === 0 ? "" : `, ${count("none")} without a verdict (too few trials)`;
  if (rows.length === 0) return "nothing to compare: the two have no step and measure in common";
  return `B against A: ${count("better")} better, ${count("same")} same, ${count("worse")} worse${none}`;
}

function comparisonTable({ rows }: Comparison): Table {
  const caption =
    "B against A: medians of the trials with their [spread]; of lost, duplicated and reordered the mean of a trial";
  return tableOf(caption, columns, rows);
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
