// Plain JavaScript without imports from node_modules: it runs before anything is installed, on whatever node is there.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const file = (name) => new URL(`../${name}`, import.meta.url);
const lock = readFileSync(file("package-lock.json"));
const stamp = file("node_modules/.installed-lock"); // inside node_modules: npm ci removes it with the rest

if (process.argv.includes("--done")) {
  writeFileSync(stamp, lock);
} else if (!existsSync(stamp) || !readFileSync(stamp).equals(lock)) {
  console.error("Installing dependencies, once ...");
  const { npm_node_execpath: node, npm_execpath: npm } = process.env; // the machine's node, never node_modules/.bin/node
  const done = spawnSync(node, [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: file("."),
    stdio: "inherit",
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

await import("./ensure-generated.mjs");
