import type { ModerationEntry } from "../../../contracts/rooms.ts";

/** What is noted of an act: who did what to whom, and why. */
export type ModerationNote = {
  readonly by: number;
  readonly action: ModerationEntry["action"];
  readonly subject?: number;
  readonly seq?: number;
  readonly reason?: string;
};

/** The moderation log, apart from the timeline. */
export class ModerationLog {
  readonly #sql: SqlStorage;
  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }
  /** Call it in the transaction of what it notes. */
  note({ by, action, subject, seq, reason = "" }: ModerationNote, nowMs: number): void {
    this.#sql.exec(
      "INSERT INTO moderation (at, actor, action, subject, seq, reason) VALUES (?, ?, ?, ?, ?, ?)",
      nowMs,
      by,
      action,
      subject ?? null,
      seq ?? null,
      reason,
    );
  }
}
