import type { Chart } from "../report/charts.ts";
import { NOTHING, toFigure } from "../report/format.ts";
import { markup, toHtmlTable } from "../report/markup.ts";
import type { Unit } from "../report/measures.ts";
import { chartGrid, toPage } from "../report/page.ts";
import { type ColumnOf, type Table, tableOf } from "../report/table.ts";
import { toTextTable } from "../report/text-table.ts";
import type { Entry, History } from "./history.ts";

/** The histories for a terminal, and what was passed over. */
export function toHistoryText(histories: readonly History[], passedOver: readonly string[]): string {
  const tables = histories.map((history) => toTextTable(historyTable(history)));
  const left = passedOver.map((name) => `passed over ${name}`);
  return `${[...tables, ...(left.length === 0 ? [] : [left.join("\n")])].join("\n\n")}\n`;
}

/** The histories as one HTML file. */
export function toHistoryPage(histories: readonly History[], passedOver: readonly string[]): string {
  const sections = histories.map(
    (history) => markup`<h2>${history.scenario}</h2>
<p>${history.where}</p>
${chartGrid(toCharts(history), "A dot is a run, all its trials together.")}
${toHtmlTable(historyTable(history))}`,
  );
  const left = passedOver.map((name) => markup`<p>Passed over ${name}</p>`);
  return toPage("Load tests over time", markup`<h1>Load tests over time</h1>${sections}${left}`);
}

function historyTable(history: History): Table {
  return tableOf(`${history.scenario}, ${history.where}, oldest first`, toColumns(history.vus), history.entries);
}

function toColumns(vus: number | null): readonly ColumnOf<Entry>[] {
  const at = vus === null ? "" : ` at ${vus} VUs`;
  return [
    { name: "date", cell: ({ run }) => run.machine.date.slice(0, 16).replace("T", " ") },
    { name: "commit", cell: ({ run }) => run.machine.commit },
    { name: "capacity (VUs)", numeric: true, cell: ({ capacity }) => toFigure(capacity, "") },
    { name: `p95${at} (ms)`, numeric: true, cell: ({ p95 }) => toFigure(p95, "ms") },
    { name: "against earlier", numeric: true, cell: ({ trend }) => toTrend(trend) },
    { name: `deliveries/s${at}`, numeric: true, cell: (entry) => toFigure(entry.deliveriesPerSecond, "/s") },
    { name: "lost", numeric: true, cell: ({ lost }) => toFigure(lost, "") },
    { name: "verdict", cell: ({ run: { verdict } }) => ({ text: verdict, tone: verdict === "pass" ? "good" : "bad" }) },
    { name: "run", cell: ({ run }) => run.id },
  ];
}

/** Differences of a tenth are what one machine shows from hour to hour. */
const NOISE = 0.1;

function toTrend(trend: number | null): string {
  if (trend === null) return NOTHING;
  const arrow = Math.abs(trend - 1) <= NOISE ? "→" : trend > 1 ? "↑" : "↓";
  return `${arrow} × ${trend.toFixed(2)}`;
}

function toCharts(history: History): readonly Chart[] {
  const at = history.vus === null ? "" : ` at ${history.vus} VUs`;
  const charts = [
    toChart(history, "Capacity", "VUs", "", ({ capacity }) => capacity),
    toChart(history, `p95${at}`, "p95", "ms", ({ p95 }) => p95),
    toChart(history, `Deliveries${at}`, "deliveries/s", "/s", (entry) => entry.deliveriesPerSecond),
  ];
  return charts.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
}

function toChart(
  { entries }: History,
  title: string,
  label: string,
  unit: Unit,
  read: (entry: Entry) => number | null,
): Chart {
  const values = entries.map(read);
  const points = values.flatMap((value, i) => (value === null ? [] : [[i + 1, value] as const]));
  const failed = entries.flatMap(({ run }, i) =>
    run.verdict === "fail" ? [{ x: i + 1, names: ["failed" as const] }] : [],
  );
  return {
    title,
    unit,
    xLabel: "run",
    logarithmic: false,
    x: entries.map((_, i) => i + 1),
    names: toNames(entries),
    lines: [{ label, values, points }],
    limits: [],
    marks: failed,
  };
}

/** The day of each run, with the time where one day has several. */
function toNames(entries: readonly Entry[]): readonly string[] {
  const days = entries.map(({ run }) => run.machine.date.slice(5, 10));
  if (new Set(days).size === days.length) return days;
  return entries.map(({ run }) => run.machine.date.slice(5, 16).replace("T", " "));
}
