import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readInteger } from "../../contracts/settings.ts";
import { describeMachine, type Machine } from "./machine.ts";

/** How a measurement runs: so many trials, each of its loads for so long. */
export type RunOptions = { readonly trials: number; readonly ms: number };
/** A measurement that begins: where, and how. */
export type Run = { readonly machine: Machine; readonly options: RunOptions };

/** Reads --trials and --ms, says what machine this is, and takes the servers along when the run is broken off. */
export function beginRun(defaults: { readonly trials: string; readonly ms: string }): Run {
  const { values } = parseArgs({
    options: {
      trials: { type: "string", default: defaults.trials },
      ms: { type: "string", default: defaults.ms },
    },
  });
  const options = {
    trials: readInteger("--trials", values.trials, 1),
    ms: readInteger("--ms", values.ms, 100),
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const machine = describeMachine();
  console.log(machine);
  return { machine, options };
}

/** Keeps a measurement's results under its name in bench/results. */
export function writeResults(name: string, json: string): void {
  const results = join(import.meta.dirname, "../results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), json);
}
