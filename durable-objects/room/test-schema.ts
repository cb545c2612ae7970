/** Tables and their columns as they were when messages could change and nobody ran a room yet. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  migrations: ["id"],
  meta: ["key", "value"],
  event: ["seq", "kind", "target", "actor", "at", "message_no", "body", "stamp", "edit_seq", "reactions"],
  version: ["seq", "version", "actor", "at", "body"],
  sent: ["sender", "client_id", "hash", "seq", "at"],
  person: ["user_id", "name"],
  session: ["id", "user_id", "expires_at", "dead"],
  member: ["user_id", "role", "since", "entered"],
  carrier: ["name"],
  read_mark: ["user_id", "seq", "message_no"],
  reaction: ["seq", "emoji", "user_id"],
};
const INDEXES = ["member_entered", "person_name"];

/** Takes a room's schema back to the step `0005-changes`, whatever came after it. */
export function undoRunning(sql: SqlStorage): void {
  const named = (type: string) =>
    sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", type)
      .toArray()
      .map(({ name }) => name)
      .filter((name) => !name.startsWith("_cf_") && !name.startsWith("sqlite_"));
  for (const index of named("index")) if (!INDEXES.includes(index)) sql.exec(`DROP INDEX "${index}"`);
  for (const table of named("table")) {
    if (!Object.hasOwn(TABLES, table)) sql.exec(`DROP TABLE "${table}"`);
    else dropColumns(sql, table);
  }
  sql.exec("DELETE FROM migrations WHERE id NOT BETWEEN '0001' AND '0006'");
}

function dropColumns(sql: SqlStorage, table: string): void {
  const columns = sql.exec<{ name: string }>("SELECT name FROM pragma_table_info(?)", table).toArray();
  for (const { name } of columns) {
    if (!TABLES[table]?.includes(name)) sql.exec(`ALTER TABLE "${table}" DROP COLUMN "${name}"`);
  }
}
