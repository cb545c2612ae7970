/** A message that still says something, and its newest edit. */
export type StandingMessage = { readonly seq: number; readonly edit_seq: number | null };

// A statement's parameter has at most 2 MB.
const SEQS_PER_STATEMENT = 20_000;

/**
 * The messages of a user that still say something. Reads the whole log: an index on authors would cost every send a row,
 * and this is asked once in a long while.
 */
export function standingMessages(sql: SqlStorage, userId: number): readonly StandingMessage[] {
  return sql
    .exec<StandingMessage>(
      "SELECT seq, edit_seq FROM event WHERE actor = ? AND kind = 'message' AND body IS NOT NULL",
      userId,
    )
    .toArray();
}

/**
 * Makes tombstones of all messages of a user: text, versions, reactions to them, mentions and pins go. Call it in a
 * transaction. Answers the seqs of events that read differently from now on. [MO9]
 */
export function purgeMessages(
  sql: SqlStorage,
  userId: number,
  messages: readonly StandingMessage[],
): readonly number[] {
  for (let from = 0; from < messages.length; from += SEQS_PER_STATEMENT) {
    const seqs = messages.slice(from, from + SEQS_PER_STATEMENT).map(({ seq }) => seq);
    purgeSome(sql, JSON.stringify(seqs));
  }
  sql.exec("DELETE FROM mention WHERE actor = ?", userId);
  return messages.flatMap(({ seq, edit_seq }) => (edit_seq === null ? [seq] : [seq, edit_seq]));
}

function purgeSome(sql: SqlStorage, seqs: string): void {
  const which = "seq IN (SELECT value FROM json_each(?))";
  for (const table of ["version", "reaction", "pin"]) sql.exec(`DELETE FROM ${table} WHERE ${which}`, seqs);
  sql.exec(
    `UPDATE event SET body = NULL, edit_seq = NULL, reactions = NULL, mentions = NULL, details = NULL WHERE ${which}`,
    seqs,
  );
}
