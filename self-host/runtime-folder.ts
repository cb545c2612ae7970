import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FormWorker } from "./forms.ts";
import { readWorkerSettings } from "./worker-settings.ts";
import { type ConfigWorker, createWorkerdConfig } from "./workerd-config.ts";

/** What a start puts into DATA_DIR/run: nothing there outlives the next start. */
export type RuntimeFolder = { readonly hasherSocket: string; remove(): void };

const root = join(import.meta.dirname, "..");
const assetsModule = join(import.meta.dirname, "assets.js");
const SOCKET_NAME = "hash.sock";
// sockaddr_un holds 108 bytes with the closing zero on Linux, 104 on macOS.
const SOCKET_PATH_BYTES_MAX = 103;

/** What a form is started from: its workers, their bundle, and the variables that replace their settings. */
export type RuntimeSource = {
  readonly workers: readonly FormWorker[];
  readonly bundleDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Where a data folder's configuration lies; the runtime is told apart by this path. */
export function workerdConfigPath(dataDir: string): string {
  return join(dataDir, "run", "config.capnp");
}

/**
 * Copies the bundle and writes the configuration beside it. A running server never sees a later build, also not when
 * it is restarted after a crash. [SH7]
 */
export function createRuntimeFolder(dataDir: string, source: RuntimeSource): RuntimeFolder {
  const run = join(dataDir, "run");
  const objectsDir = join(dataDir, "objects");
  rmSync(run, { recursive: true, force: true });
  mkdirSync(run, { mode: 0o700 });
  mkdirSync(objectsDir, { recursive: true, mode: 0o700 });
  copySite(source.bundleDir, run);
  const socketDir = createSocketFolder(run);
  const hasherSocket = join(socketDir, SOCKET_NAME);
  const config = createWorkerdConfig({
    workers: source.workers.map((worker) => copyWorker(worker, source, run)),
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

function copyWorker(worker: FormWorker, { bundleDir, env }: RuntimeSource, run: string): ConfigWorker {
  const { config, dir, main, environment, hashes = false } = worker;
  const from = join(bundleDir, dir);
  if (!existsSync(join(from, main))) throw new Error(`there is no bundle in ${bundleDir}: run npm run build`);
  const modules = [main, ...readdirSync(from).filter((name) => name !== main && /\.(js|wasm)$/.test(name))];
  for (const name of modules) cpSync(join(from, name), join(run, dir, name));
  return { settings: readWorkerSettings(join(root, config), env, environment), modules, modulesDir: dir, hashes };
}

function copySite(bundleDir: string, run: string): void {
  cpSync(join(bundleDir, "site"), join(run, "site"), { recursive: true, preserveTimestamps: true });
  cpSync(assetsModule, join(run, "assets.js"));
}

function createSocketFolder(run: string): string {
  const isShort = Buffer.byteLength(join(run, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;
  return isShort ? run : mkdtempSync(join(tmpdir(), "edgechat-")); // mkdtemp's folders have mode 700
}
