import type { StepRow } from "../model/run.ts";

export type Unit = "ms" | "/s" | "%" | "";

/** One figure of a step: how it is named, which way is better, and where in a row it stands. */
export type Measure = {
  /** Unique, and stable in JSON. */
  readonly key: string;
  readonly label: string;
  readonly unit: Unit;
  /** Null says that neither way is better: it is shown and not judged. */
  readonly better: "less" | "more" | null;
  /** A count of what must never happen: it is summed over trials and judged without regard to noise. */
  readonly wrong?: boolean;
  /** A difference that its instrument cannot tell, in its unit. */
  readonly resolution?: number;
  readonly read: (row: StepRow) => number | null;
};

type Fields<Part> = readonly (readonly [
  field: keyof Part & string,
  label: string,
  unit: Unit,
  better: Measure["better"],
])[];

const http = of("http", "HTTP", [
  ["requestsPerSecond", "requests/s", "/s", "more"],
  ["iterationsPerSecond", "iterations/s", "/s", "more"],
  ["errorRate", "errors", "%", "less"],
  ["timeoutRate", "timeouts", "%", "less"],
  ["p50", "p50", "ms", "less"],
  ["p90", "p90", "ms", "less"],
  ["p95", "p95", "ms", "less"],
  ["p99", "p99", "ms", "less"],
  ["status4xx", "4xx", "", "less"],
  ["status5xx", "5xx", "", "less"],
  ["status429", "429", "", "less"],
]);

const ws = of("ws", "WebSocket", [
  ["connects", "connects", "", null],
  ["errors", "errors", "", "less"],
  ["timeouts", "timeouts", "", "less"],
  ["connectP95", "connect p95", "ms", "less"],
  ["connectP99", "connect p99", "ms", "less"],
  ["status4xx", "4xx", "", "less"],
  ["status5xx", "5xx", "", "less"],
  ["status429", "429", "", "less"],
]);

const WRONG = ["lost", "duplicated", "reordered"];

const delivery = of("delivery", "", [
  ["subscribers", "subscribers", "", null],
  ["sent", "sent", "", null],
  ["acked", "acked", "", null],
  ["delivered", "delivered", "", null],
  ["owed", "owed", "", null],
  ["ackedPerSecond", "acked/s", "/s", "more"],
  ["deliveriesPerSecond", "deliveries/s", "/s", "more"],
  ["lost", "lost", "", "less"],
  ["duplicated", "duplicated", "", "less"],
  ["reordered", "reordered", "", "less"],
  ["p50", "send-to-receive p50", "ms", "less"],
  ["p95", "send-to-receive p95", "ms", "less"],
  ["p99", "send-to-receive p99", "ms", "less"],
  ["ackP50", "ack p50", "ms", "less"],
  ["ackP95", "ack p95", "ms", "less"],
  ["ackP99", "ack p99", "ms", "less"],
]).map((measure) => ({
  ...measure,
  wrong: WRONG.includes(measure.label),
  // The stamp's clock has whole milliseconds.
  resolution: measure.unit === "ms" ? 1 : 0,
}));

const kill = of("kill", "kill:", [
  ["readyAfterMs", "ready after", "ms", "less"],
  ["silenceMs", "silence", "ms", "less"],
  ["failedRequests", "failed requests", "", "less"],
]);

/** The figures that every step can have, by part of its row. */
export const measures = { http, ws, delivery, kill } as const;

/** The scenario's own measures that occur in these rows: times are better short, rates great, others only shown. */
export function extraMeasures(rows: readonly StepRow[]): readonly Measure[] {
  const extras = new Map(rows.flatMap(({ extra }) => extra.map((one) => [one.name, one.unit] as const)));
  return [...extras].map(([name, unit]) => ({
    key: `extra.${name}`,
    label: name,
    unit,
    better: unit === "ms" ? "less" : unit === "/s" ? "more" : null,
    read: ({ extra }) => extra.find((one) => one.name === name)?.value ?? null,
  }));
}

/** What a measure was in each of the rows that have it. */
export function valuesOf({ read }: Measure, rows: readonly StepRow[]): readonly number[] {
  return rows.map(read).filter((value) => value !== null);
}

function of<P extends "http" | "ws" | "delivery" | "kill">(
  part: P,
  prefix: string,
  fields: Fields<NonNullable<StepRow[P]>>,
): readonly Measure[] {
  return fields.map(([field, label, unit, better]) => ({
    key: `${part}.${field}`,
    label: `${prefix} ${label}`.trim(),
    unit,
    better,
    read: (row) => {
      const value = (row[part] as Readonly<Record<string, number | null>> | null)?.[field];
      return value ?? null;
    },
  }));
}
