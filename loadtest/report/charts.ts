import type { Run } from "../model/run.ts";
import { toQuantity } from "./format.ts";
import { type Measure, measures, type Unit } from "./measures.ts";
import { groupSteps, type MarkName, marksOf, overTrials, type StepGroup } from "./step-groups.ts";

/** A chart as data, which page/charts.js draws. Values of shares are in per cent. */
export type Chart = {
  readonly title: string;
  readonly unit: Unit;
  readonly xLabel: string;
  /** Wide ranges (10 to 5,000) are drawn by magnitude. */
  readonly logarithmic: boolean;
  readonly x: readonly number[];
  /** Below each place of the x axis, where it is no number. */
  readonly names?: readonly string[];
  readonly lines: readonly Line[];
  readonly limits: readonly { readonly label: string; readonly value: number }[];
  readonly marks: readonly { readonly x: number; readonly names: readonly MarkName[] }[];
};

/** `values`: one for each x, over all trials. `points`: what each trial had. */
export type Line = {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly points: readonly (readonly [x: number, y: number])[];
};

type Drawing = { readonly title: string; readonly unit: Unit; readonly keys: readonly string[] };

const drawings: readonly Drawing[] = [
  { title: "Requests", unit: "/s", keys: ["http.requestsPerSecond", "http.iterationsPerSecond"] },
  { title: "Deliveries", unit: "/s", keys: ["delivery.deliveriesPerSecond", "delivery.ackedPerSecond"] },
  { title: "HTTP latency", unit: "ms", keys: ["http.p50", "http.p95", "http.p99"] },
  { title: "Send-to-receive latency", unit: "ms", keys: ["delivery.p50", "delivery.p95", "delivery.p99"] },
  {
    title: "Send-to-acknowledgement latency",
    unit: "ms",
    keys: ["delivery.ackP50", "delivery.ackP95", "delivery.ackP99"],
  },
  { title: "WebSocket connect latency", unit: "ms", keys: ["ws.connectP95", "ws.connectP99"] },
  { title: "Errors", unit: "%", keys: ["http.errorRate", "http.timeoutRate"] },
  { title: "WebSocket errors", unit: "", keys: ["ws.errors", "ws.timeouts"] },
  {
    title: "Lost, duplicated, reordered",
    unit: "",
    keys: ["delivery.lost", "delivery.duplicated", "delivery.reordered"],
  },
];

const WIDE = 50;
const all: readonly Measure[] = Object.values(measures).flat();

/** The charts of a run against its virtual users; one that would show nothing is left out. */
export function toCharts(run: Run): readonly Chart[] {
  const groups = groupSteps(run).toSorted((a, b) => a.vus - b.vus);
  return drawings
    .map((drawing) => toChart(run, drawing, groups))
    .filter(({ lines }) => lines.some(({ points }) => points.length > 0));
}

/** What a chart shows, in words, for whoever does not see it. */
export function describeChart({ title, unit, lines, x, marks, names }: Chart): string {
  const at = (i: number) => names?.[i] ?? `${x[i] ?? 0} VUs`;
  const told = lines.map(({ label, values }) => {
    const known = values.flatMap((value, i) => (value === null ? [] : [{ value, place: at(i) }]));
    const [first, last] = [known.at(0), known.at(-1)];
    const say = (one: typeof first) => `${toShown(one?.value ?? null, unit)} at ${one?.place ?? ""}`;
    return known.length === 1 ? `${label} ${say(first)}` : `${label} from ${say(first)} to ${say(last)}`;
  });
  const marked = marks.map(({ x: vus, names: signs }) => `${vus} VUs: ${signs.join(" and ")}`);
  return [`${title}: ${told.join("; ")}.`, ...(marked.length === 0 ? [] : [`Marked: ${marked.join(", ")}.`])].join(" ");
}

function toChart(run: Run, { title, unit, keys }: Drawing, groups: readonly StepGroup[]): Chart {
  const x = groups.map(({ vus }) => vus);
  const lines = keys
    .flatMap((key) => all.filter((measure) => measure.key === key))
    .map((measure) => toLine(measure, groups))
    .filter(({ points }) => points.length > 0);
  const marks = groups
    .map(({ vus, rows }) => ({ x: vus, names: marksOf(rows) }))
    .filter(({ names }) => names.length > 0);
  const limits = limitsOf(run, title);
  return { title, unit, xLabel: "VUs", logarithmic: Math.max(...x) / Math.min(...x) > WIDE, x, lines, limits, marks };
}

function toLine(measure: Measure, groups: readonly StepGroup[]): Line {
  const scale = measure.unit === "%" ? 100 : 1;
  const scaled = (value: number | null) => (value === null ? null : value * scale);
  return {
    label: measure.label,
    values: groups.map(({ rows }) => scaled(overTrials(measure, rows))),
    points: groups.flatMap(({ vus, rows }) =>
      rows.flatMap((row) => {
        const value = scaled(measure.read(row));
        return value === null ? [] : [[vus, value] as const];
      }),
    ),
  };
}

function limitsOf({ slo }: Run, title: string): Chart["limits"] {
  if (title === "Errors") return [{ label: "SLO errors", value: slo.errorRate * 100 }];
  if (title !== "HTTP latency") return [];
  const p99 = slo.p99Ms === null ? [] : [{ label: "SLO p99", value: slo.p99Ms }];
  return [{ label: "SLO p95", value: slo.p95Ms }, ...p99];
}

function toShown(value: number | null, unit: Unit): string {
  return toQuantity(value === null || unit !== "%" ? value : value / 100, unit);
}
