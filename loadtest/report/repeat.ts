import { NAMES_OF_RUN, type Run } from "../model/run.ts";

const HARMLESS = /^[\w./:@%+=,-]+$/;

/** The command that makes this run once more, for a POSIX shell. */
export function toCommand(run: Run): string {
  const set = Object.entries(run.configuration).filter(([name, value]) => !NAMES_OF_RUN.has(name) && value !== "");
  const variables = set.filter(([name]) => !isOption(name)).map(([name, value]) => `${name}=${quote(value)}`);
  return [...variables, "npm run loadtest --", ...toArguments(run, set)].join(" ");
}

function toArguments(run: Run, set: readonly (readonly [string, string])[]): readonly string[] {
  const url = run.deployment === "remote" ? ["--url", quote(run.url)] : [];
  if (run.scenario.startsWith("ladder-") && set.some(([name]) => name === "scenarios")) {
    const options = set.filter(([name]) => isOption(name)).flatMap(([name, value]) => [`--${name}`, quote(value)]);
    return ["ladder", ...options, ...url];
  }
  return [
    quote(run.scenario),
    ...(run.deployment === "remote" ? url : ["--form", run.deployment]),
    ...(run.trials.length > 1 ? ["--trials", `${run.trials.length}`] : []),
    ...toKill(run),
  ];
}

/** The ladder's command has options where a scenario has variables. */
function isOption(name: string): boolean {
  return /^[a-z]+$/.test(name);
}

function toKill({ trials, killCommand }: Run): readonly string[] {
  const killed = trials.flatMap(({ rows }) => rows).find(({ kill }) => kill !== null);
  if (killed === undefined) return [];
  return ["--kill", `${killed.step}`, ...(killCommand === undefined ? [] : ["--kill-command", quote(killCommand)])];
}

function quote(text: string): string {
  return HARMLESS.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
