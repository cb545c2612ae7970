/** Whether the account is kept and opens no session. Ask only where there is an account. [MO19] */
export class Suspension {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get isOn(): boolean {
    return !this.#sql.exec("SELECT 1 FROM suspended").next().done;
  }

  set(on: boolean, nowMs: number): void {
    if (on) this.#sql.exec("INSERT OR IGNORE INTO suspended (one, at) VALUES (1, ?)", nowMs);
    else this.#sql.exec("DELETE FROM suspended");
  }
}
