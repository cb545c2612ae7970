/** Who is kept out of the room. */
export class BanBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  isBanned(userId: number): boolean {
    const rows = this.#sql.exec("SELECT 1 FROM ban WHERE user_id = ?", userId);
    return !rows.next().done;
  }
}
