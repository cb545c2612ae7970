import { parseArgs } from "node:util";
import { LADDER_DEFAULTS, type LadderSettings, readLadderSettings, type Transport } from "../model/ladder-settings.ts";
import type { Slo } from "../model/run.ts";
import { readSlo } from "../model/slo.ts";
import type { Environment } from "../model/steps.ts";
import { UsageError } from "../run/failures.ts";
import { type Form, KINDS, type Kind, LADDER_USERS } from "./rungs.ts";

/** Where a product is that the ladder does not start. */
export type Remote = { readonly url: string; readonly loginAddr: string; readonly gatewayAddr: string };

/** What the ladder is asked for. */
export type LadderOptions = {
  readonly form: Form;
  readonly transports: readonly Transport[];
  readonly users: readonly number[];
  readonly kinds: readonly Kind[];
  readonly remote: Remote | null;
  /** Of the origin; it stands in the names of logs. */
  readonly replicas: number;
  /** Logs go here, runs into its folder loadtest. */
  readonly out: string;
  readonly settings: LadderSettings;
  readonly slo: Slo;
};

const text = { type: "string" } as const;
const names = ["deployment", "transport", "users", "scenarios", "url", "grpc", "replicas", "out"] as const;
type Values = Partial<Record<(typeof names)[number], string>>;

/** Reads the command's arguments and variables. Throws a UsageError that names what is wrong. */
export function readLadderArguments(args: readonly string[], env: Environment): LadderOptions {
  try {
    const options = Object.fromEntries(names.map((name) => [name, text]));
    return toOptions(parseArgs({ args: [...args], options }).values as Values, env);
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${LADDER_USAGE}`);
  }
}

/** How the command is called. */
export const LADDER_USAGE = `npm run loadtest -- ladder [--deployment monolith|services] [--transport connect|grpc] [--users 10,100,1000,5000]
    [--scenarios ${KINDS.join(",")}] [--url URL [--grpc HOST:LOGIN,HOST:GATEWAY]] [--replicas N] [--out FOLDER] [--list]
Without --url the product is started here and gets the tester's users. Variables: ${Object.keys(LADDER_DEFAULTS).join(", ")},
LOGIN_ADDR and GATEWAY_ADDR (with --url, instead of --grpc), SLO_P95_MS, SLO_P99_MS and SLO_ERROR_RATE (0 unless set).`;

function toOptions(values: Values, env: Environment): LadderOptions {
  const remote = toRemote(values, env);
  const transports: readonly Transport[] = remote?.loginAddr === "" ? ["connect"] : ["connect", "grpc"];
  return {
    form: oneOf("--deployment", values.deployment ?? "monolith", ["monolith", "services"] as const),
    transports: values.transport === undefined ? transports : [oneOf("--transport", values.transport, transports)],
    users: listOf(values.users, LADDER_USERS.map(String)).map((item) => count("--users", item)),
    kinds: listOf(values.scenarios, KINDS).map((item) => oneOf("--scenarios", item, KINDS)),
    remote,
    replicas: count("--replicas", values.replicas ?? "1"),
    out: values.out ?? "data",
    settings: readLadderSettings(env),
    slo: readLadderSlo(env),
  };
}

function toRemote({ url, grpc }: Values, env: Environment): Remote | null {
  if (url === undefined && grpc !== undefined) throw new Error("--grpc goes with --url: rooms are read there");
  if (url === undefined) return null;
  if (!URL.canParse(url)) throw new Error(`--url must be a URL such as http://127.0.0.1:8080, got "${url}"`);
  const [loginAddr = "", gatewayAddr = ""] = grpc?.split(",") ?? [env.LOGIN_ADDR, env.GATEWAY_ADDR];
  if ((loginAddr === "") !== (gatewayAddr === "")) {
    throw new Error("native gRPC has two addresses: --grpc HOST:50051,HOST:50052, or LOGIN_ADDR and GATEWAY_ADDR");
  }
  return { url: url.replace(/\/$/, ""), loginAddr, gatewayAddr };
}

/** The tester knows no SLO: unless one is set, no call may fail and none may take longer than k6 lets it. */
function readLadderSlo(env: Environment): Slo {
  return readSlo({ ...env, SLO_P95_MS: env.SLO_P95_MS || "120000", SLO_ERROR_RATE: env.SLO_ERROR_RATE || "0" });
}

function listOf(value: string | undefined, all: readonly string[]): readonly string[] {
  return value === undefined ? all : value.split(",");
}

function count(option: string, value: string): number {
  if (/^[1-9]\d{0,6}$/.test(value)) return Number(value);
  throw new Error(`${option} must be whole numbers of at least 1, got "${value}"`);
}

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new Error(`${option} must be of ${choices.join(", ")}, got "${value}"`);
}
