import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { readTokenKeys } from "../contracts/token.ts";
import { checkVars } from "./check-vars.ts";
import { Cleanups } from "./cleanups.ts";
import { takeDataLock } from "./data-lock.ts";
import { type FormName, forms } from "./forms.ts";
import { ensurePortIsFree } from "./free-port.ts";
import { startHashProcess } from "./hash-process.ts";
import { Keeper } from "./keeper.ts";
import { createLogger, type LogSink, writeLine } from "./logger.ts";
import { endOrphans } from "./orphan.ts";
import { toUrl } from "./readiness.ts";
import { createRuntimeFolder, workerdConfigPath } from "./runtime-folder.ts";
import type { ServerSettings } from "./server-settings.ts";
import { ensureTokenKeys } from "./token-keys-file.ts";
import { startWorkerd } from "./workerd-process.ts";

const root = join(import.meta.dirname, "..");

/** What a server is started with. Port 0 takes any free one. */
export type ServerOptions = ServerSettings & {
  /** Which deployment of the source; the monolith unless given. Either opens the other's data folder. [SV6] */
  readonly form?: FormName;
  /** Replaces vars of wrangler.toml by name; TOKEN_KEYS replaces the secret in the data folder. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Holds the form's workers and site/ as `npm run build` leaves them; dist/ unless given. */
  readonly bundleDir?: string;
  /** Runs when the data folder and the port are known to be free, before anything is started. */
  readonly build?: () => Promise<void>;
  /** Where the log of all processes goes; standard output unless given. */
  readonly sink?: LogSink;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
};

/** A server that answered GET /ready with 200. */
export type RunningServer = {
  readonly url: string;
  readonly dataDir: string;
  /** The runtime's pid now; another one after it was restarted. */
  readonly workerdPid: number | undefined;
  readonly hashPid: number | undefined;
  /** Settles with the reason when a process failed too often; call stop then. */
  readonly failed: Promise<Error>;
  /** Ends every process, leaves the data and releases the folder. A second call changes nothing. */
  stop(): Promise<void>;
};

/**
 * Starts the whole server on a data folder that becomes this process's alone. Throws what stands in the way, with
 * nothing left running. [SH1] [SH4] [SH5]
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const cleanups = new Cleanups();
  try {
    checkVars(options.env ?? {});
    const dataDir = await claimFolder(options, cleanups);
    await options.build?.();
    options.signal?.throwIfAborted();
    return await startProcesses(options, dataDir, cleanups);
  } catch (error) {
    await cleanups.run();
    throw error;
  }
}

async function claimFolder({ host, port, dataDir, sink }: ServerOptions, cleanups: Cleanups): Promise<string> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = realpathSync(dataDir); // one folder has one path, or two servers could miss each other
  const lock = takeDataLock(path);
  cleanups.add(() => lock.release());
  const orphans = await endOrphans(workerdConfigPath(path));
  for (const pid of orphans) createLogger(sink ?? writeLine)("warn", "orphan ended", { pid });
  await ensurePortIsFree(host, port);
  return path;
}

async function startProcesses(options: ServerOptions, dataDir: string, cleanups: Cleanups): Promise<RunningServer> {
  const { host, form = "monolith", env = {}, sink = writeLine, bundleDir = join(root, "dist") } = options;
  const log = createLogger(sink);
  const tokenKeys = env.TOKEN_KEYS || ensureTokenKeys(dataDir);
  readTokenKeys(tokenKeys);
  const folder = createRuntimeFolder(dataDir, { workers: forms[form], bundleDir, env });
  cleanups.add(() => folder.remove());

  const hash = new Keeper("hash pool", () => startHashProcess(folder.hasherSocket, sink), log);
  cleanups.add(() => hash.stop());
  // First, so that a server that is ready can take a login.
  await untilReady([hash], options.signal);
  let port = options.port;
  const onPort = (taken: number) => {
    port = taken; // a restart takes the same
  };
  const configPath = workerdConfigPath(dataDir);
  const workerd = new Keeper("workerd", () => startWorkerd({ configPath, host, port, tokenKeys, sink, onPort }), log);
  cleanups.add(() => workerd.stop());
  await untilReady([hash, workerd], options.signal);
  const url = toUrl(host, port);
  log("info", "ready", { url, form, dataDir, pid: process.pid, workerdPid: workerd.pid });
  return {
    url,
    dataDir,
    get workerdPid() {
      return workerd.pid;
    },
    get hashPid() {
      return hash.pid;
    },
    failed: Promise.race([hash.givenUp, workerd.givenUp]),
    stop: () => cleanups.run(),
  };
}

async function untilReady(keepers: readonly Keeper[], signal?: AbortSignal): Promise<void> {
  const failed = Promise.race(keepers.map(({ givenUp }) => givenUp)).then((reason) => Promise.reject(reason));
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  await Promise.race([Promise.all(keepers.map(({ ready }) => ready)), failed, aborted]);
}
