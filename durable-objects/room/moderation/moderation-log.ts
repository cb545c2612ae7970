import type { ModerationEntry } from "../../../contracts/rooms.ts";

type Row = {
  readonly no: number;
  readonly at: number;
  readonly actor: number;
  readonly action: string;
  readonly subject: number | null;
  readonly seq: number | null;
  readonly reason: string;
};
/** An entry that names people by their ids. */
export type ModerationRow = Omit<ModerationEntry, "by" | "subject"> & {
  readonly by: number;
  readonly subject: number | null;
};

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

  /** Entries before a number, the newest first. */
  page(before: number, limit: number): { readonly entries: readonly ModerationRow[]; readonly more: boolean } {
    const rows = this.#sql
      .exec<Row>("SELECT * FROM moderation WHERE no < ? ORDER BY no DESC LIMIT ?", before, limit + 1)
      .toArray()
      .map(({ actor, action, ...rest }) => ({ ...rest, by: actor, action: action as ModerationRow["action"] }));
    return { entries: rows.slice(0, limit), more: rows.length > limit };
  }
}
