import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname, join } from "node:path";
import { onEnd, toChildEnv } from "./child.ts";
import type { ChildProcess } from "./keeper.ts";
import { forwardLines, type LogSink } from "./logger.ts";

// Beside this file, of whose kind it is: TypeScript in the tree, JavaScript in an image.
const program = join(import.meta.dirname, `hash-server${extname(import.meta.filename)}`);

/** Starts the password pool on a unix socket. One core is left to the rooms. [SH11] */
export function startHashProcess(socketPath: string, sink: LogSink): ChildProcess {
  rmSync(socketPath, { force: true }); // a killed pool leaves it, and listening there would fail
  const threads = String(Math.max(1, availableParallelism() - 1));
  const child = fork(program, [socketPath, threads], {
    env: toChildEnv({ UV_THREADPOOL_SIZE: threads }),
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  forwardLines(child.stdout, "hash pool", sink);
  forwardLines(child.stderr, "hash pool", sink);
  const ended = onEnd(child);
  return {
    pid: child.pid,
    ready: Promise.race([
      new Promise<true>((resolve) => child.once("message", () => resolve(true))),
      ended.then(() => false),
    ]),
    ended,
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
