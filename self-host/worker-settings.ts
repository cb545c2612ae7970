import { readFileSync } from "node:fs";
import { parse, type TomlTable } from "smol-toml";

/** What wrangler.toml says of a worker in production, as far as the bare runtime needs it. */
export type WorkerSettings = {
  readonly name: string;
  readonly compatibilityDate: string;
  readonly vars: Readonly<Record<string, string>>;
  /** The secrets that it asks for, by name. */
  readonly secrets: readonly string[];
  /** Classes that it reaches: its own, or those of the worker `script`. */
  readonly objects: readonly { readonly binding: string; readonly className: string; readonly script?: string }[];
  /** Other workers that it calls. */
  readonly services: readonly { readonly binding: string; readonly service: string }[];
  /** The binding to the site's files, where it serves them. */
  readonly assets?: string;
  /** Cloudflare gives it an address of its own; wrangler's default is that it does. */
  readonly isPublic: boolean;
};

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the production part of a wrangler.toml: an environment of it, or its top level. A variable of the process
 * environment replaces the var of the same name. [SH7]
 */
export function readWorkerSettings(path: string, env: Env, environment?: string): WorkerSettings {
  const file = parse(readFileSync(path, "utf8"));
  const production = environment === undefined ? file : table(table(file, "env"), environment);
  const vars = optionalTable(production, "vars");
  const assets = isTable(production.assets) ? { assets: text(production.assets, "binding") } : {};
  return {
    name: text(file, "name"),
    compatibilityDate: text(file, "compatibility_date"),
    vars: Object.fromEntries(Object.keys(vars).map((name) => [name, env[name] ?? text(vars, name)])),
    secrets: list(optionalTable(production, "secrets").required).filter((name) => typeof name === "string"),
    ...readBindings(production),
    ...assets,
    isPublic: production.workers_dev !== false,
  };
}

// A worker that reaches nothing is one whose environment forgot the bindings: wrangler does not inherit them.
function readBindings(production: TomlTable): Pick<WorkerSettings, "objects" | "services"> {
  const services = list(production.services).filter(isTable);
  const read = services.length === 0 ? table : optionalTable;
  return {
    objects: list(read(production, "durable_objects").bindings)
      .filter(isTable)
      .map((binding) => ({
        binding: text(binding, "name"),
        className: text(binding, "class_name"),
        ...(binding.script_name === undefined ? {} : { script: text(binding, "script_name") }),
      })),
    services: services.map((binding) => ({ binding: text(binding, "binding"), service: text(binding, "service") })),
  };
}

function table(parent: TomlTable, key: string): TomlTable {
  const value = parent[key];
  if (!isTable(value)) throw new Error(`wrangler.toml has no table ${key}`);
  return value;
}

function optionalTable(parent: TomlTable, key: string): TomlTable {
  return parent[key] === undefined ? {} : table(parent, key);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(parent: TomlTable, key: string): string {
  const value = parent[key];
  if (typeof value !== "string") throw new Error(`wrangler.toml has no text ${key}`);
  return value;
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
