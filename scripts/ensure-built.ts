import { execFileSync } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const SOURCES = [
  "contracts/**/*.ts",
  "durable-objects/**/*.ts",
  "workers/**/*.ts",
  "site/public/**",
  "wrangler.toml",
  "workers/*/wrangler.toml",
];
const BUNDLES = ["dist/worker/monolith.js", "dist/services/gateway/index.js"].map((path) => join(root, path));

/** Builds the product when one of its bundles is missing or older than its sources. */
export function ensureBuilt(): void {
  if (isFresh()) return;
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

function isFresh(): boolean {
  if (!BUNDLES.every((path) => existsSync(path))) return false;
  const builtMs = Math.min(...BUNDLES.map((path) => statSync(path).mtimeMs));
  const sources = globSync(SOURCES, { cwd: root });
  return sources
    .filter((path) => !path.endsWith(".test.ts"))
    .every((path) => statSync(join(root, path)).mtimeMs <= builtMs);
}
