import type { Person } from "../../contracts/event.ts";
import type { Preferences } from "../../contracts/services.ts";

const UNSET: Preferences = { sharesMarks: true, doNotDisturbUntilMs: null };

/** What a user's own object holds beside the account and its sessions: read as a whole, and forgotten as a whole. */
export class OwnData {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Rooms of the inbox, and every other in which a session of the user ever was let in. */
  rooms(): readonly string[] {
    return this.#sql
      .exec<{ name: string }>("SELECT name FROM room UNION SELECT name FROM acted ORDER BY name")
      .toArray()
      .map(({ name }) => name);
  }

  preferences(): Preferences {
    const [row] = this.#sql.exec<{ shares_marks: number; do_not_disturb_until: number | null }>(
      "SELECT shares_marks, do_not_disturb_until FROM preference",
    );
    if (row === undefined) return UNSET;
    return { sharesMarks: row.shares_marks === 1, doNotDisturbUntilMs: row.do_not_disturb_until };
  }

  blocks(): readonly Person[] {
    return this.#sql
      .exec<{ user_id: number; name: string }>("SELECT user_id, name FROM block ORDER BY user_id")
      .toArray()
      .map(({ user_id, name }) => ({ id: user_id, name }));
  }

  /** How many places have a letter that they did not take yet. */
  placesPending(): number {
    const sql = "SELECT COUNT(DISTINCT target) AS places FROM outbox WHERE target NOT LIKE 'roster:%'";
    return this.#sql.exec<{ places: number }>(sql).one().places;
  }

  /** Deletes all of it, and news that bears the user's name. Call it in the transaction of an erasure. */
  forget(): void {
    for (const table of ["room", "acted", "block", "preference", "suspended"]) this.#sql.exec(`DELETE FROM ${table}`);
    this.#sql.exec("DELETE FROM outbox WHERE json_extract(body, '$.type') = 'began'");
  }
}
