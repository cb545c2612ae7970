import type { Place } from "../../contracts/objects.ts";
import type { Session } from "../../contracts/services.ts";

type Row = { readonly id: string; readonly created_at: number; readonly expires_at: number; readonly label: string };
/** A session that a place must forget. */
export type DeadSession = { readonly id: string; readonly expiresAtMs: number };
/** A session that acted in a place. */
export type Attachment = { readonly place: Place; readonly session: DeadSession };

/** A user's sessions and where each of them acts. A session without a row is dead. */
export class SessionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds a session. */
  add({ id, createdAtMs, expiresAtMs, label }: Session): void {
    this.#sql.exec(
      "INSERT INTO session (id, created_at, expires_at, label) VALUES (?, ?, ?, ?)",
      id,
      createdAtMs,
      expiresAtMs,
      label,
    );
  }

  /** Whether the session was opened, not ended, and has not expired. */
  isLive(id: string, nowMs: number): boolean {
    return this.#sql.exec("SELECT 1 FROM session WHERE id = ? AND expires_at > ?", id, nowMs).toArray().length > 0;
  }

  /** Every live session, the newest first. */
  list(nowMs: number): readonly Session[] {
    return this.#sql
      .exec<Row>(
        "SELECT id, created_at, expires_at, label FROM session WHERE expires_at > ? ORDER BY created_at DESC, id",
        nowMs,
      )
      .toArray()
      .map(({ id, created_at, expires_at, label }) => ({
        id,
        createdAtMs: created_at,
        expiresAtMs: expires_at,
        label,
      }));
  }

  /** The ids of the oldest sessions that are one too many, never that of the newcomer. */
  surplus(keep: number, newcomer: string, nowMs: number): readonly string[] {
    const { live } = this.#sql
      .exec<{ live: number }>("SELECT COUNT(*) AS live FROM session WHERE expires_at > ?", nowMs)
      .one();
    if (live <= keep) return [];
    return this.#sql
      .exec<{ id: string }>(
        "SELECT id FROM session WHERE expires_at > ? AND id <> ? ORDER BY created_at, id LIMIT ?",
        nowMs,
        newcomer,
        live - keep,
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** Remembers that a session acts in a place. */
  attach(session: string, { kind, name }: Place): void {
    this.#sql.exec("INSERT OR IGNORE INTO attachment (session_id, kind, name) VALUES (?, ?, ?)", session, kind, name);
    // Longer than the session: what the user leaves in a room is to be found for exports and erasure.
  }

  /** Forgets that a session acts in a place. */
  detach(session: string, { kind, name }: Place): void {
    this.#sql.exec("DELETE FROM attachment WHERE session_id = ? AND kind = ? AND name = ?", session, kind, name);
  }

  /** The carriers that hold a socket of a live session. */
  carriers(nowMs: number): readonly string[] {
    return this.#sql
      .exec<{ name: string }>(
        `SELECT DISTINCT attachment.name FROM attachment JOIN session ON session.id = attachment.session_id
          WHERE attachment.kind = 'carrier' AND session.expires_at > ?`,
        nowMs,
      )
      .toArray()
      .map(({ name }) => name);
  }

  /** Ends these live sessions. Answers which there were, and where each of them acted. */
  end(ids: readonly string[], nowMs: number): { readonly ended: DeadSession[]; readonly attachments: Attachment[] } {
    // As one JSON parameter: a statement takes at most 100 of its own.
    const which = JSON.stringify(ids);
    const dead = "SELECT id FROM session WHERE expires_at > ? AND id IN (SELECT value FROM json_each(?))";
    const attachments = this.#sql
      .exec<{ id: string; expires_at: number; kind: Place["kind"]; name: string }>(
        `SELECT session.id, session.expires_at, kind, name FROM attachment JOIN session ON session.id = session_id
          WHERE session.id IN (${dead})`,
        nowMs,
        which,
      )
      .toArray()
      .map(({ id, expires_at, kind, name }) => ({ place: { kind, name }, session: { id, expiresAtMs: expires_at } }));
    this.#sql.exec(`DELETE FROM attachment WHERE session_id IN (${dead})`, nowMs, which);
    const ended = this.#sql
      .exec<{ id: string; expires_at: number }>(
        `DELETE FROM session WHERE id IN (${dead}) RETURNING id, expires_at`,
        nowMs,
        which,
      )
      .toArray()
      .map(({ id, expires_at }) => ({ id, expiresAtMs: expires_at }));
    return { ended, attachments };
  }

  /** Forgets expired sessions and where they acted. Answers when the next one expires. [SE6] */
  purge(nowMs: number): number | undefined {
    this.#sql.exec("DELETE FROM session WHERE expires_at <= ?", nowMs);
    this.#sql.exec("DELETE FROM attachment WHERE session_id NOT IN (SELECT id FROM session)");
    const [next] = this.#sql.exec<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM session");
    return next?.at ?? undefined;
  }
}
