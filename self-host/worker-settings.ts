import { readFileSync } from "node:fs";
import { parse, type TomlTable } from "smol-toml";

/** What wrangler.toml says of the production worker, as far as the bare runtime needs it. */
export type WorkerSettings = {
  readonly compatibilityDate: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly objects: readonly { readonly binding: string; readonly className: string }[];
};

type Env = Readonly<Record<string, string | undefined>>;

/** Reads wrangler.toml; a variable of the environment replaces the production var of the same name. [SH7] */
export function readWorkerSettings(path: string, env: Env): WorkerSettings {
  const file = parse(readFileSync(path, "utf8"));
  const production = table(table(file, "env"), "production");
  const vars = table(production, "vars");
  return {
    compatibilityDate: text(file, "compatibility_date"),
    vars: Object.fromEntries(Object.keys(vars).map((name) => [name, env[name] ?? text(vars, name)])),
    objects: tables(table(production, "durable_objects"), "bindings").map((binding) => ({
      binding: text(binding, "name"),
      className: text(binding, "class_name"),
    })),
  };
}

function table(parent: TomlTable, key: string): TomlTable {
  const value = parent[key];
  if (!isTable(value)) throw new Error(`wrangler.toml has no table ${key}`);
  return value;
}

function tables(parent: TomlTable, key: string): readonly TomlTable[] {
  const value = parent[key];
  if (!Array.isArray(value)) throw new Error(`wrangler.toml has no list ${key}`);
  return value.filter(isTable);
}

function text(parent: TomlTable, key: string): string {
  const value = parent[key];
  if (typeof value !== "string") throw new Error(`wrangler.toml has no text ${key}`);
  return value;
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
