import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { permissions, standings } from "./permissions.ts";

it("[ED5] docs/spec.md shows the table as it is", () => {
  const spec = readFileSync(join(import.meta.dirname, "../docs/spec.md"), "utf8");
  const rows = Object.entries(permissions).map(([action, cells]) => {
    const words = cells.map((cell) => (cell === true ? "yes" : cell === false ? "no" : `\`${cell}\``));
    return `| ${[`\`${action}\``, ...words].join(" | ")} |`;
  });
  expect(spec).toContain(
    [`| action | ${standings.join(" | ")} |`, "|---|---|---|---|---|---|---|", ...rows].join("\n"),
  );
});
