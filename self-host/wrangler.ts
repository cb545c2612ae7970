import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** How wrangler is run: its file, and an environment that keeps it from calling home. */
export const wrangler = {
  cwd: root,
  path: join(root, "node_modules", "wrangler", "bin", "wrangler.js"),
  env: { CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false" },
} as const;
