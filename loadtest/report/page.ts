import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Chart, describeChart } from "./charts.ts";
import { asIs, type Markup, markup } from "./markup.ts";
import { marks } from "./step-groups.ts";

const { resolve } = createRequire(import.meta.url);
const read = (path: string) => readFileSync(path, "utf8");
const own = (name: string) => read(join(import.meta.dirname, "page", name));

/** A whole page that needs nothing from outside: styles, uPlot and the script that draws are in it. */
export function toPage(title: string, body: Markup): string {
  const styles = asIs(`${read(resolve("uplot/dist/uPlot.min.css"))}\n${own("page.css")}`);
  const scripts = asIs(`${read(resolve("uplot/dist/uPlot.iife.min.js"))}\n${own("charts.js")}`);
  return `${markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<main>
${body}
</main>
<script>${scripts}</script>
</body>
</html>
`}`;
}

/** Charts side by side where there is room. Each says in words what it shows. */
export function chartGrid(charts: readonly Chart[], about = "Lines: all trials together; dots: each trial."): Markup {
  if (charts.length === 0) return markup``;
  const figures = charts.map(
    (chart) => markup`<figure>
<figcaption>${chart.title}${chart.unit === "" ? "" : ` (${chart.unit})`}</figcaption>
<div class="chart" role="img" aria-label="${describeChart(chart)}" data-chart="${JSON.stringify(chart)}"></div>
<div class="legend"></div>
</figure>\n`,
  );
  return markup`<div class="charts">${figures}</div>
${signs(charts, about)}
<noscript><p>The charts need JavaScript; the tables below hold every figure.</p></noscript>`;
}

function signs(charts: readonly Chart[], about: string): Markup {
  const borne = new Set(charts.flatMap((chart) => chart.marks.flatMap(({ names }) => names)));
  const told = [...borne].map(
    (name) => markup`<span><b class="sign">${marks[name].sign}</b> ${marks[name].about}</span>`,
  );
  return markup`<p class="signs"><span>${about}</span> ${told}</p>`;
}
