import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { forms } from "../self-host/forms.ts";
import { wrangler } from "../self-host/wrangler.ts";

// Deploys the four workers, one after the other, the gateway last; stops at the first that fails. `--dry-run` deploys
// nothing. `--first` puts auth in place without the chat worker's classes, which are not there yet.
const { values } = parseArgs({
  options: { "dry-run": { type: "boolean", default: false }, first: { type: "boolean", default: false } },
});
const dry = values["dry-run"] ? ["--dry-run"] : [];
const [auth] = forms.services;
const first = values.first && auth !== undefined ? [{ ...auth, environment: "first" }] : [];

runNode([join(wrangler.cwd, "scripts", "build-site.mjs")]);
for (const { config, environment = "" } of [...first, ...forms.services]) {
  runNode([wrangler.path, "deploy", ...dry, "--config", join(wrangler.cwd, config), "--env", environment]);
}

function runNode(args: readonly string[]): void {
  const env = { ...process.env, ...wrangler.env };
  const { status } = spawnSync(process.execPath, args, { cwd: wrangler.cwd, env, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
