import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const root = join(import.meta.dirname, "..");
export const COMPOSE_FILE = "docker-compose.origin.yml";

/** One service of the compose file, as it stands there. */
export type Service = {
  readonly image: string;
  readonly user?: string;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly stop_grace_period?: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: string | readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly ipv4_address?: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
};
type ComposeFile = { readonly services: Readonly<Record<string, Service>> };

/** A file of the project, as text. */
export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The services of docker-compose.origin.yml by name, their variables not filled in. */
export function readServices(): ReadonlyMap<string, Service> {
  const { services } = parse(readText(COMPOSE_FILE), { merge: true }) as ComposeFile;
  return new Map(Object.entries(services));
}

/** What a file for --env-file sets. */
export function readEnvFile(path: string): ReadonlyMap<string, string> {
  const lines = readText(path).matchAll(/^([A-Z_]+)=(.*)$/gm);
  return new Map([...lines].map(([, name = "", value = ""]) => [name, value]));
}

/** The variables that a text of the compose file asks for, each with what stands in for it: `:-0`, `?is not set`. */
export function variablesOf(text: string): readonly { readonly name: string; readonly fallback: string }[] {
  return [...text.matchAll(/\$\{([A-Z_]+)([^}]*)\}/g)].map(([, name = "", fallback = ""]) => ({ name, fallback }));
}
