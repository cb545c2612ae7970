import type { Run, StepRow } from "../model/run.ts";
import { NOTHING, toFigure } from "./format.ts";
import { extraMeasures, type Measure, measures } from "./measures.ts";
import { groupSteps, marks, marksOf, overTrials, type StepGroup, verdictOf } from "./step-groups.ts";
import { type Cell, type ColumnOf, type Table, tableOf } from "./table.ts";

const NARROW: Readonly<Record<string, string>> = {
  subscribers: "subscr.",
  "deliveries/s": "deliv./s",
  duplicated: "dupl.",
  reordered: "reord.",
};

/** One line of a table of steps: all trials of a step together, or one of them. */
type Line = { readonly group: StepGroup; readonly name: string; readonly rows: readonly StepRow[] };

/** Whether the trials have lines of their own. Where there is one trial they have none. */
export type Detail = "medians" | "trials";

/** Requests, latency and errors of each step, with its verdict and why. Null when there is no step at all. */
export function stepTable(run: Run, detail: Detail): Table | null {
  const own = measures.http.map(toColumn);
  return stepsTable("Steps (steady phase; times in ms, errors and timeouts in %)", run, detail, [...own, verdict, why]);
}

/** How sockets were opened. Null when none was. */
export function socketTable(run: Run, detail: Detail): Table | null {
  const columns = measures.ws.map((measure) =>
    toColumn({ ...measure, label: measure.label.replace("WebSocket ", "") }),
  );
  return partTable("WebSocket connections (times in ms)", run, detail, ({ ws }) => ws !== null, columns);
}

/** What the checker found. Null when nothing was checked. */
export function deliveryTable(run: Run, detail: Detail): Table | null {
  const caption =
    "Correctness and delivery (ms since it was sent; lost, duplicated, reordered: of all trials together)";
  const columns =
    detail === "medians"
      ? narrowDelivery
      : measures.delivery.map((measure) => toColumn({ ...measure, label: measure.label.replace("send-to-", "") }));
  return partTable(caption, run, detail, ({ delivery }) => delivery !== null, columns);
}

/** What only this scenario measures. Null when it measures nothing more. */
export function extraTable(run: Run, detail: Detail): Table | null {
  const rows = run.trials.flatMap((trial) => trial.rows);
  const columns = extraMeasures(rows).map((measure) => toColumn({ ...measure, label: withUnit(measure) }));
  return partTable("Measures of this scenario alone", run, detail, ({ extra }) => extra.length > 0, columns);
}

/** What a kill cost. Null when nobody was killed. */
export function killTable(run: Run, detail: Detail): Table | null {
  const names = ["ready after (ms)", "longest silence (ms)", "failed requests"];
  const columns = measures.kill.map((measure, i) => toColumn({ ...measure, label: names[i] ?? measure.label }));
  return partTable("What the kill cost", run, detail, ({ kill }) => kill !== null, columns);
}

/** What the generator itself needed. Null when there is no step at all. */
export function generatorTable(run: Run, detail: Detail): Table | null {
  return stepsTable("The load generator", run, detail, generatorColumns);
}

/** For a terminal: three percentiles stand in one column. */
const narrowDelivery: readonly ColumnOf<Line>[] = [
  ...measures.delivery
    .filter(({ unit, key }) => unit !== "ms" && key !== "delivery.owed")
    .map((measure) => toColumn({ ...measure, label: NARROW[measure.label] ?? measure.label })),
  percentiles("receive", ["delivery.p50", "delivery.p95", "delivery.p99"]),
  percentiles("ack", ["delivery.ackP50", "delivery.ackP95", "delivery.ackP99"]),
];

function percentiles(name: string, keys: readonly string[]): ColumnOf<Line> {
  const of = measures.delivery.filter(({ key }) => keys.includes(key));
  return {
    name: `${name} p50/95/99`,
    numeric: true,
    cell: ({ rows }) => {
      const values = of.map((measure) => overTrials(measure, rows));
      return values.every((value) => value === null) ? NOTHING : values.map((value) => toFigure(value, "ms")).join("/");
    },
  };
}

const generatorColumns: readonly ColumnOf<Line>[] = [
  generatorColumn("cores", "", ({ cores }) => cores),
  generatorColumn("machine busy (%)", "%", ({ machineBusy }) => machineBusy),
  generatorColumn("memory (MiB)", "", ({ residentMiB }) => residentMiB),
  generatorColumn("product's cores", "", ({ edgeCores = null }) => edgeCores),
  generatorColumn("its memory (MiB)", "", ({ edgeMiB = null }) => edgeMiB),
  generatorColumn("timer lag p99 (ms)", "ms", ({ lagP99Ms }) => lagP99Ms),
  {
    name: "bottleneck",
    cell: ({ rows }) => (rows.some(({ generator }) => generator.limited) ? { text: "yes", tone: "note" } : "no"),
  },
  { name: "why", remark: true, cell: ({ rows }) => unique(rows.flatMap(({ generator }) => generator.reasons)) },
];

const verdict: ColumnOf<Line> = { name: "verdict", cell: ({ rows }) => verdictCell(rows) };
const why: ColumnOf<Line> = {
  name: "why",
  remark: true,
  cell: ({ rows }) => {
    const known = marksOf(rows).filter((name) => name !== "failed");
    return unique([...known.map((name) => marks[name].about), ...rows.flatMap(({ reasons }) => reasons)]);
  },
};

function verdictCell(rows: readonly StepRow[]): Cell {
  const failed = rows.filter((row) => row.verdict === "fail").length;
  if (failed === 0) return { text: verdictOf(rows), tone: "good" };
  return {
    text: rows.length === 1 || failed === rows.length ? "FAIL" : `FAIL ${failed} of ${rows.length}`,
    tone: "bad",
  };
}

function partTable(
  caption: string,
  run: Run,
  detail: Detail,
  has: (row: StepRow) => boolean,
  columns: readonly ColumnOf<Line>[],
): Table | null {
  const trials = run.trials.map((trial) => ({ ...trial, rows: trial.rows.filter(has) }));
  return stepsTable(caption, { ...run, trials }, detail, columns);
}

function stepsTable(caption: string, run: Run, detail: Detail, columns: readonly ColumnOf<Line>[]): Table | null {
  const lines = groupSteps(run).flatMap((group) => toLines(group, detail));
  if (lines.length === 0) return null;
  const several = lines.some(({ name }) => name !== "");
  return tableOf(several ? `${caption}: medians over the trials` : caption, [...heads, ...columns], lines);
}

const heads: readonly ColumnOf<Line>[] = [
  { name: "VUs", numeric: true, cell: ({ group }) => ({ text: toFigure(group.vus, ""), tone: "strong" }) },
  { name: "trial", cell: ({ name, rows }) => (rows.length > 1 ? { text: name, tone: "strong" } : name) },
];

function toLines(group: StepGroup, detail: Detail): readonly Line[] {
  const { rows, trials } = group;
  if (rows.length === 1) return [{ group, name: "", rows }];
  const all = { group, name: `all ${rows.length}`, rows };
  if (detail === "medians") return [all];
  return [all, ...trials.map(({ trial, row }) => ({ group, name: `${trial}`, rows: [row] }))];
}

function toColumn(measure: Measure): ColumnOf<Line> {
  return {
    name: measure.label.replace(/^HTTP /, ""),
    numeric: true,
    cell: ({ rows }) => {
      const value = overTrials(measure, rows);
      const text = toFigure(value, measure.unit);
      return measure.wrong === true && value !== null && value > 0 ? { text: `${text} ✗`, tone: "bad" } : text;
    },
  };
}

function generatorColumn(
  name: string,
  unit: "" | "%" | "ms",
  of: (row: StepRow["generator"]) => number | null,
): ColumnOf<Line> {
  const read = (row: StepRow) => of(row.generator);
  return { ...toColumn({ key: name, label: name, unit, better: null, read }), name };
}

function withUnit({ label, unit }: Measure): string {
  return unit === "" ? label : `${label} (${unit})`;
}

/** Trials that fail for one reason differ in its figures: the line of all trials says some, the trials' own say theirs. */
function unique(texts: readonly string[]): string {
  const told = [...new Set(texts)];
  const more = told.length > REASONS_MAX ? [`${told.length - REASONS_MAX} more`] : [];
  return [...told.slice(0, REASONS_MAX), ...more].join("; ") || NOTHING;
}

const REASONS_MAX = 4;
