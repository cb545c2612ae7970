import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerSettings } from "./worker-settings.ts";
import { createWorkerdConfig } from "./workerd-config.ts";

/** What a start puts into DATA_DIR/run: nothing there outlives the next start. */
export type RuntimeFolder = { readonly hasherSocket: string; remove(): void };

const assetsModule = join(import.meta.dirname, "assets.js");
const SOCKET_NAME = "hash.sock";
const MAIN_MODULE = "monolith.js";
// sockaddr_un holds 108 bytes with the closing zero on Linux, 104 on macOS.
const SOCKET_PATH_BYTES_MAX = 103;

/** Where a data folder's configuration lies; the runtime is told apart by this path. */
export function workerdConfigPath(dataDir: string): string {
  return join(dataDir, "run", "config.capnp");
}

/**
 * Copies the bundle and writes the configuration beside it. A running server never sees a later build, also not when
 * it is restarted after a crash. [SH7]
 */
export function createRuntimeFolder(dataDir: string, bundleDir: string, settings: WorkerSettings): RuntimeFolder {
  const run = join(dataDir, "run");
  const objectsDir = join(dataDir, "objects");
  rmSync(run, { recursive: true, force: true });
  mkdirSync(run, { mode: 0o700 });
  mkdirSync(objectsDir, { recursive: true, mode: 0o700 });
  const modules = copyBundle(bundleDir, run);
  const socketDir = createSocketFolder(run);
  const hasherSocket = join(socketDir, SOCKET_NAME);
  const config = createWorkerdConfig({
    settings,
    modules,
    modulesDir: "worker",
    assetsModule: "assets.js",
    siteDir: join(run, "site"),
    objectsDir,
    hasherSocket,
  });
  writeFileSync(workerdConfigPath(dataDir), config);
  return {
    hasherSocket,
    remove() {
      rmSync(run, { recursive: true, force: true });
      rmSync(socketDir, { recursive: true, force: true });
    },
  };
}

function copyBundle(bundleDir: string, run: string): readonly string[] {
  const worker = join(bundleDir, "worker");
  if (!existsSync(join(worker, MAIN_MODULE))) throw new Error(`there is no bundle in ${bundleDir}: run npm run build`);
  const modules = [MAIN_MODULE, ...readdirSync(worker).filter((name) => name.endsWith(".wasm"))];
  for (const name of modules) cpSync(join(worker, name), join(run, "worker", name));
  cpSync(join(bundleDir, "site"), join(run, "site"), { recursive: true, preserveTimestamps: true });
  cpSync(assetsModule, join(run, "assets.js"));
  return modules;
}

function createSocketFolder(run: string): string {
  const isShort = Buffer.byteLength(join(run, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;
  return isShort ? run : mkdtempSync(join(tmpdir(), "edgechat-")); // mkdtemp's folders have mode 700
}
