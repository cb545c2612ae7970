import { join } from "node:path";
import { compareCommand, historyCommand } from "../compare/commands.ts";
import { ladderCommand } from "../ladder/command.ts";
import type { Run } from "../model/run.ts";
import { toText } from "../report/text.ts";
import { writeReport } from "../report/write-report.ts";
import { readArguments } from "./arguments.ts";
import { ExitCode, exitCodeOf } from "./failures.ts";
import { limitsCommand } from "./limits.ts";
import { runScenario } from "./run-scenario.ts";
import { listScenarios } from "./scenario-table.ts";
import { usage } from "./usage.ts";

type Command = (args: readonly string[]) => number | Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  compare: compareCommand,
  history: historyCommand,
  ladder: ladderCommand,
  limits: limitsCommand,
  "--list": () => say(listScenarios()),
  "--help": () => say(usage()),
};

/** Does what `npm run loadtest` is asked for, and answers its exit code (ExitCode). */
export async function main([first = "--help", ...rest]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  try {
    if (command !== undefined) return await command(rest);
    if (rest.includes("--help")) return say(usage());
    return await scenarioCommand([first, ...rest]);
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Runs a scenario, writes its report and says what was found. */
async function scenarioCommand(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  const run = await runScenario(options);
  writeReport(run, join(options.out, run.id));
  console.log(toText(run));
  console.log(toLimits(run));
  if (run.brokenOff) console.log("broken off: the steps after that have no row");
  return run.verdict === "pass" ? ExitCode.pass : ExitCode.fail;
}

function toLimits({ generatorLimits = null }: Run): string {
  if (generatorLimits === null) return "generator: not measured on this machine (npm run loadtest -- limits)";
  const { httpPerSecond, deliveriesPerSecond } = generatorLimits;
  return `generator: at most ${httpPerSecond} requests/s, ${deliveriesPerSecond} checked deliveries/s on this machine`;
}

function say(text: string): number {
  console.log(text);
  return ExitCode.pass;
}
