// A statement's parameter has at most 2 MB.
const SEQS_PER_STATEMENT = 20_000;

/**
 * How many messages of a user still say something. Reads the whole log: an index on authors would cost every send a row,
 * and this is asked once in a long while.
 */
export function countStanding(sql: SqlStorage, userId: number): number {
  const which = "actor = ? AND kind = 'message' AND body IS NOT NULL";
  return sql.exec<{ standing: number }>(`SELECT COUNT(*) AS standing FROM event WHERE ${which}`, userId).one().standing;
}

/**
 * Makes tombstones of all messages of a user: text, versions, reactions to them, mentions, pins and what the client said
 * of them go, of deleted ones too. Call it in a transaction; what memory has of the user has to be read again. [MO9] [RI12]
 */
export function purgeMessages(sql: SqlStorage, userId: number): void {
  const messages = sql.exec<{ seq: number }>("SELECT seq FROM event WHERE actor = ? AND kind = 'message'", userId);
  const seqs = messages.toArray().map(({ seq }) => seq);
  for (let from = 0; from < seqs.length; from += SEQS_PER_STATEMENT) {
    purgeSome(sql, JSON.stringify(seqs.slice(from, from + SEQS_PER_STATEMENT)));
  }
  sql.exec("DELETE FROM mention WHERE actor = ?", userId);
}

function purgeSome(sql: SqlStorage, seqs: string): void {
  const which = "seq IN (SELECT value FROM json_each(?))";
  for (const table of ["version", "reaction", "pin"]) sql.exec(`DELETE FROM ${table} WHERE ${which}`, seqs);
  sql.exec(
    `UPDATE event SET body = NULL, edit_seq = NULL, reactions = NULL, mentions = NULL, stamp = NULL WHERE ${which}`,
    seqs,
  );
}
