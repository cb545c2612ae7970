import { type MeasureName, measureNames, measures } from "./measures.ts";
import type { Form } from "./product.ts";
import { type Comparison, compare, judge, median } from "./statistics.ts";
import type { Trial } from "./trials.ts";

/** One reading of one measure, both forms. */
export type Row = Comparison & {
  readonly measure: MeasureName;
  readonly reading: string;
  readonly unit: "ms" | "/s";
  readonly verdict: string;
  /** The load generator's share of a core: near 1, it is what was measured. */
  readonly generator: number;
};

const JUDGED = /^p50|^deliveries/;

/** Compares the forms, reading by reading. Targets are for medians and deliveries: the rest is shown only. */
export function toRows(trials: readonly Trial[]): readonly Row[] {
  return measureNames.flatMap((measure) => {
    const own = trials.filter((trial) => trial.measure === measure);
    if (own.length === 0) return [];
    const generator = median(own.map(({ cpuShare }) => cpuShare));
    return (own[0]?.readings ?? []).map(({ name, unit }) => {
      const comparison = compare(valuesOf(own, "monolith", name), valuesOf(own, "services", name));
      const target = JUDGED.test(name) ? measures[measure].target : null;
      return { measure, reading: name, unit, ...comparison, verdict: judge(target, comparison), generator };
    });
  });
}

/** The rows as a table for docs/architecture.md. */
export function toMarkdown(rows: readonly Row[]): string {
  const lines = rows.map(({ measure, reading, unit, monolith, services, ratio, low, high, generator, verdict }) => {
    const numbers = [
      toText(monolith, unit),
      toText(services, unit),
      ratio.toFixed(2),
      `${low.toFixed(2)}-${high.toFixed(2)}`,
      toPercent(generator),
    ];
    return `| ${[`${measure}: ${reading}`, ...numbers, verdict].join(" | ")} |`;
  });
  const head = "| | monolith | services | ratio | spread | load generator | verdict |\n|---|---|---|---|---|---|---|";
  return [head, ...lines].join("\n");
}

/** Everything that was measured as JSON, a line for each entry of the lists, so that two runs can be compared by diff. */
export function toJson(facts: object, lists: Readonly<Record<string, readonly object[]>>): string {
  const parts = [
    ...Object.entries(facts).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`),
    ...Object.entries(lists).map(([name, list]) => {
      const lines = list.map((entry) => JSON.stringify(entry, rounded)).join(",\n");
      return `${JSON.stringify(name)}: [\n${lines}\n]`;
    }),
  ];
  return `{\n${parts.join(",\n")}\n}\n`;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(5)) : value;
}

/** One trial as a line. */
export function toLine({ trial, measure, form, readings, cpuShare }: Trial): string {
  const values = readings.map(({ name, unit, value }) => `${name} ${toText(value, unit)}`).join(", ");
  return `${trial} ${measure} ${form}: ${values}; load generator ${toPercent(cpuShare)} of a core`;
}

function valuesOf(trials: readonly Trial[], form: Form, reading: string): readonly number[] {
  const own = trials.filter((trial) => trial.form === form);
  return own.flatMap(({ readings }) => readings.filter(({ name }) => name === reading).map(({ value }) => value));
}

function toText(value: number, unit: "ms" | "/s"): string {
  return unit === "ms" ? `${value.toFixed(2)} ms` : `${Math.round(value)} /s`;
}

function toPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
