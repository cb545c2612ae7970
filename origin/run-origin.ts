import { describeError, log } from "../contracts/log.ts";
import type { Refusal } from "../contracts/reply.ts";
import { type OriginStart, readStart } from "./read-start.ts";
import { startOrigin } from "./start-origin.ts";

const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
const EXIT = { stopped: 0, failed: 1, usage: 2 } as const;

/**
 * Serves until a signal says stop, and returns the exit code: 0 after a signal, 1 when it could not start or the edge
 * forbade it to come back, 2 when it was started wrongly. A second signal ends the process at once. [OR1] [OR5]
 */
export async function runOrigin(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  process.on("uncaughtException", crash);
  const stopping = listenForStop();
  const start = readOrExplain(args, env);
  if (start === null) return EXIT.usage;
  try {
    const origin = await startOrigin(start);
    const why = await Promise.race([stopping, origin.over]);
    if (typeof why !== "string") explain(why);
    await origin.stop();
    return typeof why === "string" ? EXIT.stopped : EXIT.failed;
  } catch (error) {
    log("error", "not started", { error: describeError(error) });
    return EXIT.failed;
  }
}

function readOrExplain(args: readonly string[], env: NodeJS.ProcessEnv): OriginStart | null {
  try {
    return readStart(args, env, Date.now());
  } catch (error) {
    console.error(`edgechat origin: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function listenForStop(): Promise<string> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const name of STOP_SIGNALS) {
      process.on(name, () => {
        if (isStopping) process.exit(EXIT.failed);
        isStopping = true;
        log("info", "stopping", { signal: name });
        resolve(name);
      });
    }
  });
}

function explain({ failure, message }: Refusal): void {
  log("error", "refused by the edge", { failure, message });
}

/** What nobody caught leaves a state that nobody knows: the supervisor starts a clean one. [OR7] */
function crash(error: unknown): never {
  log("error", "crash", { error: describeError(error) });
  process.exit(EXIT.failed);
}
