/**
 * What is known of people and their sessions outlives the room: a dead session is dead in the next life too [RR3], and
 * who shares no marks still shares none. Numbers of letters go on: they tell late news from new. [IN2]
 */
const KEPT: ReadonlySet<string> = new Set(["migrations", "person", "session", "news", "sqlite_sequence"]);

/**
 * Deletes everything that a room holds in one transaction, but for sessions and what is known of the users behind them. Goes by the
 * schema, so that a table that comes later is emptied too. [RM7]
 */
export function wipe(storage: DurableObjectStorage): void {
  const tables = storage.sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .toArray()
    // The runtime's own tables are named _cf_* and may not be touched.
    .filter(({ name }) => !KEPT.has(name) && !name.startsWith("_cf_"));
  storage.transactionSync(() => {
    for (const { name } of tables) storage.sql.exec(`DELETE FROM "${name}"`);
    storage.sql.exec("DELETE FROM news WHERE user_id NOT IN (SELECT user_id FROM session)");
    storage.sql.exec("DELETE FROM person WHERE user_id NOT IN (SELECT user_id FROM session)");
  });
}
