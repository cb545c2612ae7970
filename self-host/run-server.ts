import { once } from "node:events";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { readFormName } from "./forms.ts";
import { createLogger, writeLine } from "./logger.ts";
import { readServerSettings } from "./server-settings.ts";
import { startServer } from "./supervisor.ts";

const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
const log = createLogger(writeLine);

/**
 * Serves until a signal says stop, and returns the exit code: 0 after a signal, 1 when the server could not start or
 * failed too often. `--form services` serves the four workers in place of the monolith, `--skip-build` serves what is in dist/, `--bundle DIR` another build. [SH1] [SH13]
 */
export async function runServer(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stopping = new AbortController();
  for (const name of STOP_SIGNALS) process.on(name, () => stopping.abort(name));
  try {
    return await serve(args, env, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    const message = error instanceof Error ? error.message : String(error);
    log("error", "not started", { message });
    console.error(`edgechat: ${message}`);
    return 1;
  }
}

async function serve(args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "skip-build": { type: "boolean", default: false },
      bundle: { type: "string" },
      form: { type: "string", default: "monolith" },
    },
  });
  const { bundle } = values;
  const form = readFormName(values.form);
  const server = await startServer({
    ...readServerSettings(env),
    form,
    env,
    signal,
    ...(bundle === undefined ? {} : { bundleDir: bundle }),
    ...(bundle === undefined && !values["skip-build"] ? { build: () => build([form]) } : {}),
  });
  const failure = await Promise.race([server.failed, untilAborted(signal)]);
  log("info", "stopping", { signal: String(signal.reason ?? "") });
  await server.stop();
  if (failure !== undefined) throw failure;
  log("info", "stopped");
  return 0;
}

async function untilAborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, "abort");
}
