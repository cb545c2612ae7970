import type { Table } from "./table.ts";

const GAP = "  ";

/** A table in fixed width: figures to the right, words to the left. */
export function toTextTable({ caption, columns, rows }: Table): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(({ text }) => text))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const toLine = (line: readonly string[]) =>
    line
      .map((text, i) => (columns[i]?.numeric === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join(GAP)
      .trimEnd();
  const [head = [], ...body] = lines;
  return [caption, toLine(head), widths.map((width) => "-".repeat(width)).join(GAP), ...body.map(toLine)].join("\n");
}
