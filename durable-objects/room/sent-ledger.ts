/** A client's id, and the content that it stands for. */
export type Claim = { readonly id: string; readonly hash: number };

/** Where a client's id was used before, and whether for the same content. */
export type Earlier = { readonly sameContent: boolean; readonly seq: number; readonly at: number };

/** Which client ids were sent, kept through edits, deletions and retention: the memory of idempotence. [LG3] */
export class SentLedger {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes an id for its place on the log, or tells where the id stands already. */
  claim(sender: number, claim: Claim, place: { readonly seq: number; readonly at: number }): Earlier | null {
    const { rowsWritten } = this.#sql.exec(
      "INSERT INTO sent (sender, client_id, hash, seq, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      sender,
      claim.id,
      claim.hash,
      place.seq,
      place.at,
    );
    return rowsWritten > 0 ? null : this.find(sender, claim);
  }

  /** Where an id stands, or null for one that was not used. */
  find(sender: number, { id, hash }: Claim): Earlier | null {
    const [row] = this.#sql.exec<{ hash: number; seq: number; at: number }>(
      "SELECT hash, seq, at FROM sent WHERE sender = ? AND client_id = ?",
      sender,
      id,
    );
    return row === undefined ? null : { sameContent: row.hash === hash, seq: row.seq, at: row.at };
  }
}
