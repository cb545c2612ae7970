import { execFileSync } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const SOURCES = ["contracts/**/*.ts", "durable-objects/**/*.ts", "workers/**/*.ts", "site/public/**", "wrangler.toml"];
const BUNDLE = `${root}/dist/worker/monolith.js`;

/** Builds the product once when its bundle is missing or older than its sources; the tests then start it as it is. */
export default function setup(): void {
  if (process.env.EDGECHAT_BUNDLE !== undefined || isFresh()) return;
  execFileSync("npm", ["run", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

function isFresh(): boolean {
  if (!existsSync(BUNDLE)) return false;
  const builtMs = statSync(BUNDLE).mtimeMs;
  const sources = globSync(SOURCES, { cwd: root }).filter((path) => !path.endsWith(".test.ts"));
  return sources.every((path) => statSync(join(root, path)).mtimeMs <= builtMs);
}
