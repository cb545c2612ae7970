import { expect, it } from "vitest";
import { toMarkdown, toRows } from "./report.ts";
import type { Trial } from "./trials.ts";

function trial(form: "monolith" | "services", times: readonly [number, number], cpuShare = 0.2): Trial {
  const readings = [
    { name: "p50", unit: "ms", value: times[0] },
    { name: "p99", unit: "ms", value: times[1] },
  ] as const;
  return { trial: 1, measure: "checkAuth", form, readings, cpuShare };
}

it("[BE1] medians are judged, tails are shown", () => {
  const rows = toRows([trial("monolith", [1, 2]), trial("services", [1.2, 6], 0.4)]);
  expect(rows).toMatchObject([
    { measure: "checkAuth", reading: "p50", monolith: 1, services: 1.2, ratio: 1.2, verdict: "reached: at most 1.5" },
    { measure: "checkAuth", reading: "p99", monolith: 2, services: 6, ratio: 3, verdict: "" },
  ]);
  expect(toMarkdown(rows)).toContain(
    "| checkAuth: p50 | 1.00 ms | 1.20 ms | 1.20 | 1.20-1.20 | 30 % | reached: at most 1.5 |",
  );
});
