import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const built = process.env.EDGECHAT_BUNDLE ?? join(root, "dist");
const bundle = join(root, "dist/faults");
const fixtures = join(root, "test/faults/worker");

// What was built stays as it is, under another name: the new main module only takes hold of what it exports.
const breakable = `import * as service from "./real.js";
import { makeBreakable } from "./breakable.js";
export * from "./real.js";
export { default } from "./real.js";
makeBreakable(service);
`;
const ordered = `import gateway from "./real.js";
import { takeOrders } from "./ordered-gateway.js";
export default takeOrders(gateway);
`;

/** Puts a build of the four workers into dist/faults whose services break when a test says so. */
export default function setup(): void {
  rmSync(bundle, { recursive: true, force: true });
  cpSync(join(built, "site"), join(bundle, "site"), { recursive: true });
  for (const name of ["auth", "chatroom", "chat"]) addWorker(name, breakable, "breakable");
  addWorker("gateway", ordered, "ordered-gateway");
}

function addWorker(name: string, main: string, fixture: string): void {
  const [from, to] = [join(built, "services", name), join(bundle, "services", name)];
  mkdirSync(to, { recursive: true });
  for (const wasm of readdirSync(from).filter((file) => file.endsWith(".wasm")))
    cpSync(join(from, wasm), join(to, wasm));
  cpSync(join(from, "index.js"), join(to, "real.js"));
  writeFileSync(join(to, "index.js"), main);
  const source = readFileSync(join(fixtures, `${fixture}.ts`), "utf8");
  writeFileSync(join(to, `${fixture}.js`), stripTypeScriptTypes(source));
}
