import type { ChildProcess as NodeChild } from "node:child_process";

/** Settles with what ended a child, in words, also when it could not be started. */
export function onEnd(child: NodeChild): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
}

/** The whole environment of a child. The types of the worker's vars, which wrangler generates, do not bind children. */
export function toChildEnv(values: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return values as NodeJS.ProcessEnv;
}
