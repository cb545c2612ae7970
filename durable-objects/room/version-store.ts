import { Buffer } from "node:buffer";
import { limits } from "../../contracts/limits.ts";
import type { MessageVersion, VersionPage, VersionQuery } from "../../contracts/services.ts";

/** What messages said before they were edited. */
export class VersionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Keeps what a message says now, with the time from which it did: it is about to say something else. */
  keep(seq: number): void {
    this.#sql.exec(
      `INSERT INTO version (seq, version, actor, at, body)
       SELECT message.seq, 1 + COALESCE((SELECT MAX(version) FROM version WHERE seq = message.seq), 0),
         message.actor, COALESCE(edit.at, message.at), message.body
       FROM event AS message LEFT JOIN event AS edit ON edit.seq = message.edit_seq WHERE message.seq = ?`,
      seq,
    );
  }

  /** Forgets them: the message was deleted. */
  drop(seq: number): void {
    this.#sql.exec("DELETE FROM version WHERE seq = ?", seq);
  }

  /** A run after a version, bounded like a page of the log. */
  page({ seq, after, limit }: VersionQuery): VersionPage {
    const versions: MessageVersion[] = [];
    let bytes = 0;
    const sql = "SELECT version, at, body FROM version WHERE seq = ? AND version > ? ORDER BY version LIMIT ?";
    for (const row of this.#sql.exec<MessageVersion>(sql, seq, after, limit + 1)) {
      bytes += Buffer.byteLength(row.body);
      const full = versions.length === limit || (versions.length > 0 && bytes > limits.PAGE_BYTES_MAX);
      if (full) return { versions, more: true };
      versions.push(row);
    }
    return { versions, more: false };
  }
}
