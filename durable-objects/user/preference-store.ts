import type { Preferences } from "../../contracts/services.ts";

type Row = { readonly shares_marks: number; readonly do_not_disturb_until: number | null };

const unsaid: Preferences = { sharesMarks: true, doNotDisturbUntilMs: null };

/** What a user wants of everybody's rooms. */
export class PreferenceStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What was said last, or what holds for who said nothing. */
  read(): Preferences {
    const [row] = this.#sql.exec<Row>("SELECT shares_marks, do_not_disturb_until FROM preference");
    if (row === undefined) return unsaid;
    return { sharesMarks: row.shares_marks === 1, doNotDisturbUntilMs: row.do_not_disturb_until };
  }

  /** Replaces everything. */
  write({ sharesMarks, doNotDisturbUntilMs }: Preferences): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO preference (one, shares_marks, do_not_disturb_until) VALUES (1, ?, ?)",
      sharesMarks ? 1 : 0,
      doNotDisturbUntilMs,
    );
  }
}
