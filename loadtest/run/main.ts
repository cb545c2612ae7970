import { join, relative } from "node:path";
import { compareCommand, historyCommand } from "../compare/commands.ts";
import { ladderCommand } from "../ladder/command.ts";
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
    if (rest.includes("--help") && first !== "ladder") return say(usage());
    if (command !== undefined) return await command(rest);
    return await scenarioCommand([first, ...rest]);
  } catch (error) {
    return exitCodeOf(error);
  }
}

/** Runs a scenario, writes its report and says what was found. */
async function scenarioCommand(args: readonly string[]): Promise<number> {
  const options = readArguments(args);
  const { run, failure } = await runScenario(options);
  const folder = join(options.out, run.id);
  writeReport(run, folder);
  console.log(toText(run));
  console.log(`Report: ${relative("", join(folder, "report.html"))}; run.json and every trial are beside it.`);
  if (failure !== null) return exitCodeOf(failure);
  return run.verdict === "pass" ? ExitCode.pass : ExitCode.fail;
}

function say(text: string): number {
  console.log(text);
  return ExitCode.pass;
}
