import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A start on a machine with other work takes seconds. */
const READY_MS_MAX = 60_000;
/** An end in order flushes what was acknowledged, which is long done: who takes longer hangs. */
const END_MS_MAX = 30_000;
const root = join(import.meta.dirname, "../..");

/** A server program of this repository that is running. */
export type Program = {
  readonly pid: number;
  /** Its log's line with the event "ready", as an object. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Asks it to end and waits until it has. */
  end(): Promise<void>;
};

/**
 * Starts a Node program that logs JSON lines, in a process group of its own, so that Ctrl-C reaches it only when the
 * runner says so. Rejects, with what it said, when it ends instead of becoming ready.
 */
export async function startProgram(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Program> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const end = ender(child);
  const ready = await readReady(child);
  child.stdout.resume(); // a line for each request: read, so that it never waits, and not looked at
  return { pid: child.pid ?? 0, ready, end };
}

async function readReady(child: ChildProcessByStdio<null, Readable, null>): Promise<Program["ready"]> {
  const said: string[] = [];
  const reader = createInterface(child.stdout);
  const late = setTimeout(() => child.kill("SIGKILL"), READY_MS_MAX);
  try {
    for await (const line of reader) {
      const entry = parse(line);
      if (entry.event === "ready") return entry;
      said.push(line);
    }
  } finally {
    clearTimeout(late);
    reader.close();
  }
  throw new Error(`it ended, or was not ready within ${READY_MS_MAX / 1_000} s:\n${said.slice(-20).join("\n")}`);
}

function parse(line: string): Program["ready"] {
  try {
    return JSON.parse(line) as Program["ready"];
  } catch {
    return {};
  }
}

function ender(child: ChildProcess): () => Promise<void> {
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  return async () => {
    process.off("exit", stop);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    const late = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
    stop();
    await gone;
    clearTimeout(late);
  };
}
