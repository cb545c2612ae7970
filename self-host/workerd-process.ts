import { type ChildProcess as NodeChild, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { onEnd, toChildEnv } from "./child.ts";
import type { ChildProcess } from "./keeper.ts";
import { tie } from "./leash.ts";
import { forwardLines, type LogSink } from "./logger.ts";
import { readPort, toAuthority, toUrl, waitUntilReady } from "./readiness.ts";
import { HTTP_SOCKET } from "./workerd-config.ts";

/** What one run of workerd needs; `onPort` is told the port that it took. */
export type WorkerdStart = {
  readonly configPath: string;
  readonly host: string;
  readonly port: number;
  readonly tokenKeys: string;
  readonly sink: LogSink;
  readonly onPort: (port: number) => void;
};

const GRACE_MS = 2_000;
const READY_MS_MAX = 60_000;
const CONTROL_FD = 3;

/** Starts the bare runtime, tied to this process. It is ready when GET /ready answers 200. [SH1] [SH5] */
export function startWorkerd({ configPath, host, port, tokenKeys, sink, onPort }: WorkerdStart): ChildProcess {
  const options = [`--socket-addr=${HTTP_SOCKET}=${toAuthority(host, port)}`, `--control-fd=${CONTROL_FD}`];
  const child = spawn(workerdPath(), ["serve", ...options, configPath], {
    env: toChildEnv({ TOKEN_KEYS: tokenKeys }),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true, // Ctrl-C reaches the supervisor alone, which then ends this in order
  });
  const untie = child.pid === undefined ? () => undefined : tie(child.pid);
  const ended = onEnd(child);
  void ended.then(untie);
  forwardLines(child.stdout, "workerd", sink);
  forwardLines(child.stderr, "workerd", sink);
  const url = readPort(child.stdio[CONTROL_FD] as Readable).then((taken) => {
    if (taken === null) return null;
    onPort(taken);
    return toUrl(host, taken);
  });
  return { pid: child.pid, ready: becomeReady(child, ended, url), ended, end: () => end(child, ended) };
}

async function becomeReady(child: NodeChild, ended: Promise<string>, url: Promise<string | null>): Promise<boolean> {
  const late = AbortSignal.timeout(READY_MS_MAX);
  const gone = new AbortController();
  void ended.then(() => gone.abort());
  const known = await url;
  const isReady = known !== null && (await waitUntilReady(known, AbortSignal.any([late, gone.signal])));
  if (!isReady) child.kill("SIGKILL"); // a runtime that never gets ready is started again like one that ended
  return isReady;
}

async function end(child: NodeChild, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  // workerd serves open sockets on after SIGTERM. What was acked is on disk: they need not be waited for.
  await Promise.race([ended, delay(GRACE_MS, undefined, { ref: false })]);
  child.kill("SIGKILL");
  await ended;
}

function workerdPath(): string {
  return join(dirname(createRequire(import.meta.url).resolve("workerd/package.json")), "bin", "workerd");
}
