import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readInteger } from "../../contracts/settings.ts";
import type { Form } from "./edge.ts";
import { UsageError } from "./failures.ts";
import { findScenario, type Scenario } from "./scenario-table.ts";

/** What is to be run, where, and how often. */
export type RunOptions = {
  readonly scenario: Scenario;
  /** The edge; null starts the product in this form. */
  readonly url: string | null;
  readonly form: Form;
  readonly trials: number;
  readonly kill: KillWish | null;
  /** Variables that were given as --env. */
  readonly env: Readonly<Record<string, string>>;
  /** Where k6 writes its metrics to while it runs, or null. */
  readonly live: string | null;
  readonly dashboard: boolean;
  readonly keepData: boolean;
  /** The folder that keeps runs. */
  readonly out: string;
};

/** A kill in the middle of a step, the middle one where none is named. The command is what kills a remote edge. */
export type KillWish = { readonly step: number | null; readonly command: string | null };

/** Where runs are kept unless --out says otherwise. */
export const RUNS = join(import.meta.dirname, "../../data/loadtest");

const OPTIONS = {
  url: { type: "string" },
  form: { type: "string" },
  trials: { type: "string", default: "1" },
  kill: { type: "string" },
  "kill-command": { type: "string" },
  env: { type: "string", multiple: true },
  live: { type: "boolean", default: false },
  prometheus: { type: "string" },
  dashboard: { type: "boolean", default: false },
  "keep-data": { type: "boolean", default: false },
  out: { type: "string", default: RUNS },
} as const;
const PROMETHEUS = "http://127.0.0.1:9090/api/v1/write";
const MIDDLE = "middle";

type Values = ReturnType<typeof parse>["values"];

/** Reads SCENARIO and its options. Throws a UsageError that names what is wrong. */
export function readArguments(args: readonly string[]): RunOptions {
  const { values, positionals } = parse(args);
  const [name = "", ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one scenario at a time, got ${positionals.join(" ")}`);
  return {
    scenario: findScenario(name),
    url: values.url === undefined ? null : readUrl("--url", values.url),
    form: readForm(values),
    trials: readNumber("--trials", values.trials),
    kill: readKill(values),
    env: Object.fromEntries((values.env ?? []).map(readVariable)),
    live: readLive(values),
    dashboard: values.dashboard,
    keepData: values["keep-data"],
    out: resolve(values.out),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: args.map(nameBareKill), options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [said] = String(error instanceof Error ? error.message : error).split(". ");
    throw new UsageError(`${said}. npm run loadtest -- --help says what there is.`);
  }
}

/** The step of --kill may be left out, which parseArgs does not know of a string. */
function nameBareKill(arg: string, i: number, args: readonly string[]): string {
  return arg === "--kill" && !/^\d+$/.test(args[i + 1] ?? "") ? `--kill=${MIDDLE}` : arg;
}

function readForm({ form, url }: Values): Form {
  if (form === undefined || form === "monolith") return "monolith";
  if (url !== undefined) throw new UsageError("--form is for the product that is started here: leave --url out");
  if (form === "services") return form;
  throw new UsageError(`--form must be monolith or services, got "${form}"`);
}

function readKill({ kill, url, ...values }: Values): KillWish | null {
  const command = values["kill-command"] ?? null;
  if (kill === undefined && command === null) return null;
  if (url !== undefined && command === null) {
    throw new UsageError("--kill of an edge at a --url needs --kill-command: what restarts that edge");
  }
  if (kill === undefined || kill === MIDDLE) return { step: null, command };
  return { step: readNumber("--kill", kill), command };
}

function readLive({ live, prometheus }: Values): string | null {
  if (!live && prometheus !== undefined) throw new UsageError("--prometheus says where --live writes to: give both");
  return live ? readUrl("--prometheus", prometheus ?? PROMETHEUS) : null;
}

function readUrl(name: string, text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text.replace(/\/+$/, "");
  throw new UsageError(`${name} must be an http or https URL, got "${text}"`);
}

function readVariable(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`--env must be NAME=VALUE, got "${text}"`);
}

function readNumber(name: string, text: string): number {
  try {
    return readInteger(name, text, 1);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
