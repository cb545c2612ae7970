/**
 * What outlives a room. What is known of people and their sessions: a dead session is dead in the next life too [RR3],
 * and who shares no marks still shares none.
 * Letters that are on their way, with their numbers, which grow for ever, and the jobs that carry them.
 */
const KEPT: ReadonlySet<string> = new Set([
  "migrations",
  "person",
  "session",
  "news",
  "outbox",
  "sqlite_sequence",
  "job",
]);

/**
 * Deletes everything else that a room holds in one transaction, with what `last` writes in the emptied tables. Goes by
 * the schema, so that a table that comes later is emptied too. [RM7]
 */
export function wipe(storage: DurableObjectStorage, last: () => void): void {
  const tables = storage.sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .toArray()
    // The runtime's own tables are named _cf_* and may not be touched.
    .filter(({ name }) => !KEPT.has(name) && !name.startsWith("_cf_"));
  storage.transactionSync(() => {
    for (const { name } of tables) storage.sql.exec(`DELETE FROM "${name}"`);
    storage.sql.exec("DELETE FROM news WHERE user_id NOT IN (SELECT user_id FROM session)");
    storage.sql.exec("DELETE FROM person WHERE user_id NOT IN (SELECT user_id FROM session)");
    last();
  });
}
