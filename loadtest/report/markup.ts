import { html, raw } from "hono/html";
import type { Table } from "./table.ts";

/** HTML that is safe to put into a page: everything that was not markup already is escaped. */
export type Markup = ReturnType<typeof raw>;

/** A template whose values are escaped unless they are markup. */
export function markup(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  const made = html(strings, ...values);
  if (made instanceof Promise) throw new Error("a report's template takes no promises");
  return made;
}

/** A file of ours as it is: styles and scripts, never anything that was measured. */
export function asIs(source: string): Markup {
  return raw(source);
}

/** A table with its caption, which scrolls by itself where the page is narrow. Nothing for null. */
export function toHtmlTable(table: Table | null): Markup {
  if (table === null || table.rows.length === 0) return markup``;
  const { caption, columns, rows } = table;
  const kind = (i: number) => (columns[i]?.numeric === true ? "figure" : "words");
  const head = columns.map(({ name }, i) => markup`<th scope="col" class="${kind(i)}">${name}</th>`);
  const body = rows.map((cells) => {
    const inner = cells.map(({ text, tone = "" }, i) =>
      i === 0
        ? markup`<th scope="row" class="${kind(i)} ${tone}">${text}</th>`
        : markup`<td class="${kind(i)} ${tone}">${text}</td>`,
    );
    return markup`<tr>${inner}</tr>\n`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}
