import { NOTHING } from "./format.ts";

/** A table as data, from which HTML and text are made. The first cell of a row names it. */
export type Table = {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
};

/** A remark is a sentence and no figure: a terminal shows it below the table. */
export type Column = { readonly name: string; readonly numeric?: boolean; readonly remark?: boolean };

/** A tone is never the only sign of what a cell says. */
export type Cell = { readonly text: string; readonly tone?: Tone };
export type Tone = "good" | "bad" | "note" | "strong";

/** A column of a table of things: its name, and the cell of each thing. */
export type ColumnOf<Thing> = Column & { readonly cell: (thing: Thing) => Cell | string };

/** Makes a table of things. A column that says nothing in any row is left out. */
export function tableOf<Thing>(caption: string, columns: readonly ColumnOf<Thing>[], things: readonly Thing[]): Table {
  const filled = columns.map((column) => ({ column, cells: things.map((thing) => toCell(column.cell(thing))) }));
  const used = filled.filter(({ cells }) => cells.some(({ text }) => text !== "" && text !== NOTHING));
  return {
    caption,
    columns: used.map(({ column: { name, numeric = false, remark = false } }) => ({ name, numeric, remark })),
    rows: things.map((_, i) => used.map(({ cells }) => cells[i] ?? { text: "" })),
  };
}

function toCell(cell: Cell | string): Cell {
  return typeof cell === "string" ? { text: cell } : cell;
}
