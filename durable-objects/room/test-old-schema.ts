import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { migrate } from "../lib/migrate.ts";
import { migrations } from "./migrations.ts";

type Row = Record<string, SqlStorageValue>;

/** Turns a room's storage into what it was when `last` was the newest step of its schema, and takes it out of memory. */
export async function rewind(room: string, last: string): Promise<void> {
  await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) => {
    const rows = new Map(
      namesOf(storage.sql).map((name) => [name, storage.sql.exec<Row>(`SELECT * FROM "${name}"`).toArray()]),
    );
    for (const name of rows.keys()) storage.sql.exec(`DROP TABLE "${name}"`);
    migrate(storage, migrations.slice(0, migrations.findIndex(({ id }) => id === last) + 1));
    for (const name of namesOf(storage.sql)) {
      if (name !== "migrations") for (const row of rows.get(name) ?? []) insert(storage.sql, name, row);
    }
  });
  await evictDurableObject(env.ROOM.getByName(room));
}

function namesOf(sql: SqlStorage): readonly string[] {
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
  return tables.map(({ name }) => name).filter((name) => !/^(_cf|sqlite)_/.test(name));
}

/** Writes what the table has columns for. */
function insert(sql: SqlStorage, table: string, row: Row): void {
  const known = new Set(
    sql
      .exec<{ name: string }>(`PRAGMA table_info("${table}")`)
      .toArray()
      .map(({ name }) => name),
  );
  const fields = Object.entries(row).filter(([name]) => known.has(name));
  const columns = fields.map(([name]) => name).join(", ");
  sql.exec(
    `INSERT INTO "${table}" (${columns}) VALUES (${fields.map(() => "?").join(", ")})`,
    ...fields.map(([, value]) => value),
  );
}
