import type { Run } from "../model/run.ts";

/** The runner sets these itself. */
const OWN = new Set(["API_BASE_URL", "WS_URL", "LOADTEST_RUN"]);
const HARMLESS = /^[\w./:@%+=,-]+$/;

/** The command that makes this run once more, for a POSIX shell. */
export function toCommand(run: Run): string {
  const variables = Object.entries(run.configuration).filter(([name, value]) => !OWN.has(name) && value !== "");
  const settings = variables.map(([name, value]) => `${name}=${quote(value)}`);
  return [...settings, "npm run loadtest --", ...toArguments(run)].join(" ");
}

function toArguments(run: Run): readonly string[] {
  const ladder = run.scenario.startsWith("ladder");
  const target =
    run.deployment === "remote" ? ["--url", quote(run.url)] : [ladder ? "--deployment" : "--form", run.deployment];
  const killed = run.trials.flatMap(({ rows }) => rows).find(({ kill }) => kill !== null);
  return [
    ladder ? "ladder" : quote(run.scenario),
    ...target,
    ...(run.trials.length > 1 ? ["--trials", `${run.trials.length}`] : []),
    ...(killed === undefined ? [] : ["--kill", `${killed.step}`]),
  ];
}

function quote(text: string): string {
  return HARMLESS.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
