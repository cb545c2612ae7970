import type { LiveSession, Session } from "../../contracts/services.ts";

/** A live session as the list shows it, and when it began. */
export type ListedSession = LiveSession & { readonly createdAtMs: number };

type Row = {
  readonly user_name: string;
  readonly start: string;
  readonly created_at: number;
  readonly expires_at: number;
};

/** The sessions of a shard's users: live ones, and the marks of those that ended before they would have expired. */
export class RosterStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds a session, unless it is known or has ended. */
  add(userId: number, userName: string, { id, createdAtMs, expiresAtMs }: Session): void {
    this.#sql.exec(
      "INSERT OR IGNORE INTO session (user_id, id, user_name, created_at, expires_at, ended) VALUES (?, ?, ?, ?, ?, 0)",
      userId,
      id,
      userName,
      createdAtMs,
      expiresAtMs,
    );
  }

  /** Marks sessions of a user as ended, also those that it has not heard of yet. Their name is not kept. */
  end(userId: number, ids: readonly string[], untilMs: number): void {
    // As one JSON parameter: a statement takes at most 100 of its own. WHERE true: SQLite's grammar asks for it here.
    this.#sql.exec(
      `INSERT INTO session (user_id, id, user_name, created_at, expires_at, ended)
        SELECT ?, value, '', 0, ?, 1 FROM json_each(?) WHERE true
        ON CONFLICT (user_id, id) DO UPDATE SET ended = 1, user_name = ''`,
      userId,
      untilMs,
      JSON.stringify(ids),
    );
  }

  /** The live sessions, the newest first. */
  live(limit: number, nowMs: number): readonly ListedSession[] {
    return this.#sql
      .exec<Row>(
        `SELECT user_name, substr(id, 1, 8) AS start, created_at, expires_at FROM session
          WHERE ended = 0 AND expires_at > ? ORDER BY created_at DESC LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map(({ user_name, start, created_at, expires_at }) => ({
        userName: user_name,
        sessionIdStart: start,
        createdAtMs: created_at,
        expiresAtMs: expires_at,
      }));
  }

  /** Forgets what has expired. Answers when the next one does. */
  purge(nowMs: number): number | undefined {
    this.#sql.exec("DELETE FROM session WHERE expires_at <= ?", nowMs);
    const [next] = this.#sql.exec<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM session");
    return next?.at ?? undefined;
  }
}
