import { NOTHING } from "./format.ts";
import type { Table } from "./table.ts";

const GAP = "  ";

/** A table in fixed width: figures to the right, words to the left, remarks below with the name of their row. */
export function toTextTable(table: Table): string {
  const columns = table.columns.filter(({ remark }) => remark !== true);
  const rows = table.rows.map((row) => row.filter((_, i) => table.columns[i]?.remark !== true));
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(({ text }) => text))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const toLine = (line: readonly string[]) =>
    line
      .map((text, i) => (columns[i]?.numeric === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join(GAP)
      .trimEnd();
  const [head = [], ...body] = lines;
  const rule = widths.map((width) => "-".repeat(width)).join(GAP);
  return [table.caption, toLine(head), rule, ...body.map(toLine), ...toRemarks(table)].join("\n");
}

function toRemarks({ columns, rows }: Table): readonly string[] {
  return rows.flatMap((row) =>
    row
      .filter(({ text }, i) => columns[i]?.remark === true && text !== "" && text !== NOTHING)
      .map(({ text }) => `${row[0]?.text ?? ""} ${columns[0]?.name ?? ""}: ${text}`),
  );
}
