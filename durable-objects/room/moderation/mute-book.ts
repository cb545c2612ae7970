/** A mute, with who laid it on whom, until when and why. */
export type Mute = {
  readonly userId: number;
  readonly by: number;
  readonly untilMs: number;
  readonly reason: string;
};
export type MuteRow = Mute & { readonly at: number };

/** Who is silent until when. What has run out counts as nothing and goes when somebody else is muted. */
export class MuteBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Until when somebody is muted; 0 for who is not. */
  untilMs(userId: number): number {
    const [row] = this.#sql.exec<{ until: number }>("SELECT until FROM mute WHERE user_id = ?", userId);
    return row?.until ?? 0;
  }

  /** Mutes somebody; the newest mute of a user is the one that counts. */
  set({ userId, by, untilMs, reason }: Mute, nowMs: number): void {
    this.#sql.exec("DELETE FROM mute WHERE until <= ?", nowMs);
    this.#sql.exec(
      "INSERT OR REPLACE INTO mute (user_id, actor, at, until, reason) VALUES (?, ?, ?, ?, ?)",
      userId,
      by,
      nowMs,
      untilMs,
      reason,
    );
  }

  lift(userId: number): void {
    this.#sql.exec("DELETE FROM mute WHERE user_id = ?", userId);
  }

  /** How many mutes have not run out. */
  size(nowMs: number): number {
    return this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM mute WHERE until > ?", nowMs).one().size;
  }

  all(nowMs: number): readonly MuteRow[] {
    return this.#sql
      .exec<MuteRow>(
        "SELECT user_id AS userId, actor AS by, at, until AS untilMs, reason FROM mute WHERE until > ?",
        nowMs,
      )
      .toArray();
  }
}
