import type { Outgoing } from "../../contracts/services.ts";
import { contentHash } from "./content-hash.ts";

/** Where a client's id was used before, and whether for the same content. */
export type Earlier = { readonly sameContent: boolean; readonly seq: number; readonly at: number };

/** Which client ids were sent, kept through edits, erasure and retention: the memory of idempotence. [LG3] */
export class SentLedger {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes a message's id for its place on the log, or tells where the id stands already. Without an id: null. */
  claim(sender: number, message: Outgoing, place: { readonly seq: number; readonly at: number }): Earlier | null {
    if (message.id === undefined) return null;
    const hash = contentHash(message.body, message.replyTo);
    const { rowsWritten } = this.#sql.exec(
      "INSERT INTO sent (sender, client_id, hash, seq, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      sender,
      message.id,
      hash,
      place.seq,
      place.at,
    );
    return rowsWritten > 0 ? null : this.#earlier(sender, message.id, hash);
  }

  #earlier(sender: number, id: string, hash: number): Earlier {
    const row = this.#sql
      .exec<{ hash: number; seq: number; at: number }>(
        "SELECT hash, seq, at FROM sent WHERE sender = ? AND client_id = ?",
        sender,
        id,
      )
      .one();
    return { sameContent: row.hash === hash, seq: row.seq, at: row.at };
  }
}
