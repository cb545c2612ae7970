import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A data folder that is this process's alone until it is released or the process ends. */
export type DataLock = { release(): void };

const SQLITE_BUSY = 5;

/**
 * Takes the data folder, or throws and names the process that holds it. [SH4]
 * The lock is SQLite's exclusive file lock: the operating system drops it with the process, also after kill -9, on
 * every platform that Node runs on. So there is no stale lock to detect and no util-linux to install. The file with the
 * pid only serves the message.
 */
export function takeDataLock(dataDir: string): DataLock {
  const pidPath = join(dataDir, "pid");
  const database = new DatabaseSync(join(dataDir, "lock"), { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE"); // nothing is ever written
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new Error(`the data folder ${dataDir} is in use by process ${readPid(pidPath)}: stop it, or set DATA_DIR`);
  }
  writeFileSync(pidPath, `${process.pid}\n`);
  return {
    release() {
      rmSync(pidPath, { force: true });
      database.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function readPid(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "(not yet known)";
  }
}
