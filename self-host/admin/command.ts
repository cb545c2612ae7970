import { parseArgs } from "node:util";
import { readInteger } from "../../contracts/settings.ts";

/** What an administrator asked for. */
export type Command =
  | { readonly type: "import-gochat"; readonly path: string }
  | { readonly type: "create-users"; readonly sets: readonly UserSet[] }
  | { readonly type: "make-admin"; readonly name: string }
  | { readonly type: "origin-token"; readonly days: number };

/** Accounts with one password. */
export type UserSet = { readonly userNames: readonly string[]; readonly password: string };

/** A command, and the server that it is for, when one was named. */
export type Invocation = { readonly command: Command; readonly url: string | undefined };

/** Arguments that make no command. */
export class UsageError extends Error {}

/** How the commands are called, and what the exit codes say. */
export const usage = `Usage, with the server running but for origin-token:
  npm run admin -- import-gochat users.csv      accounts of gochat: name, SHA-1 in hex
  npm run admin -- create-users --prefix perf_demo --count 5000 --password demo
                                                accounts perf_demo0, perf_demo1, ... with one password
  npm run admin -- create-users --tester        everybody whom the tester of the gRPC contracts logs in as
  npm run admin -- make-admin NAME              makes a user an administrator
  npm run admin -- origin-token [--days 365]    prints the token that the origin opens its uplinks with (ORIGIN_TOKEN)
Options:
  --url URL    the server; http://HOST:PORT unless given
The signing secret is TOKEN_KEYS, or DATA_DIR/token-keys.
Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 done but for some accounts that were refused.`;

const COUNT_MAX = 1_000_000;
const DAYS_MAX = 3_650;
const DAYS_DEFAULT = "365";

/** The data set of the original's tester. */
const TESTER_SETS: readonly UserSet[] = [
  { userNames: ["demo"], password: "demo" },
  { userNames: numbered("user", 1, 5), password: "pw" },
  { userNames: numbered("perf_demo", 0, 5_000), password: "demo" },
];

/** Reads the arguments. Throws a UsageError that names the one that is wrong. [SH14] */
export function parseInvocation(args: readonly string[]): Invocation {
  const { positionals, values } = parse(args);
  const [name = "", ...operands] = positionals;
  return { command: parseCommand(name, operands, values), url: values.url };
}

type Values = ReturnType<typeof parse>["values"];

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const tester = { type: "boolean" } as const;
  const options = { url: text, prefix: text, count: text, password: text, days: text, tester };
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parseCommand(name: string, operands: readonly string[], values: Values): Command {
  switch (name) {
    case "import-gochat":
      return { type: name, path: only(operands, "the path of a CSV file") };
    case "make-admin":
      return { type: name, name: only(operands, "the name of a user") };
    case "create-users":
      return { type: name, sets: toUserSets(values) };
    case "origin-token":
      if (operands.length > 0) throw new UsageError("origin-token takes nothing but --days");
      return { type: name, days: readNumber("--days", values.days ?? DAYS_DEFAULT, DAYS_MAX) };
    case "":
      throw new UsageError("no command");
    default:
      throw new UsageError(`unknown command ${name}`);
  }
}

function toUserSets({ tester = false, prefix, count, password }: Values): readonly UserSet[] {
  if (tester) {
    if ((prefix ?? count ?? password) !== undefined) throw new UsageError("--tester goes with no other option");
    return TESTER_SETS;
  }
  const start = required(prefix, "--prefix");
  const userNames = numbered(start, 0, readNumber("--count", required(count, "--count"), COUNT_MAX));
  return [{ userNames, password: required(password, "--password") }];
}

function numbered(prefix: string, first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${first + i}`);
}

function readNumber(option: string, text: string, max: number): number {
  let number: number;
  try {
    number = readInteger(option, text, 1);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (number > max) throw new UsageError(`${option} is at most ${max}`);
  return number;
}

function only(operands: readonly string[], what: string): string {
  const [first, ...more] = operands;
  if (first === undefined || first === "" || more.length > 0) throw new UsageError(`give ${what}, and nothing else`);
  return first;
}

function required(value: string | undefined, option: string): string {
  if (value === undefined || value === "") throw new UsageError(`${option} is missing`);
  return value;
}
