/** One step of a schema. Steps are only ever appended; a step that has landed is never edited. */
export type Migration = { readonly id: string; readonly sql: string };

/** Applies what is missing, in order. Called from the constructor: done before the first event. */
export function migrate(storage: DurableObjectStorage, list: readonly Migration[]): void {
  storage.sql.exec("CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY)");
  const rows = storage.sql.exec<{ id: string }>("SELECT id FROM migrations ORDER BY rowid").toArray();
  rows.forEach(({ id }, i) => {
    if (list[i]?.id !== id) throw new Error(`migration ${id} is stored but is not number ${i}`);
  });
  for (const { id, sql } of list.slice(rows.length)) {
    storage.transactionSync(() => {
      storage.sql.exec(sql);
      storage.sql.exec("INSERT INTO migrations (id) VALUES (?)", id);
    });
  }
}
