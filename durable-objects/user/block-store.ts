/** Whose direct messages and mentions do not reach the user: ids, so that nobody's name is here after an erasure. */
export class BlockStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Ordered by id. */
  all(): readonly number[] {
    return this.#sql
      .exec<{ user_id: number }>("SELECT user_id FROM block ORDER BY user_id")
      .toArray()
      .map(({ user_id }) => user_id);
  }

  has(userId: number): boolean {
    return !this.#sql.exec("SELECT 1 FROM block WHERE user_id = ?", userId).next().done;
  }

  get size(): number {
    return this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM block").one().size;
  }

  add(userId: number): void {
    this.#sql.exec("INSERT OR IGNORE INTO block (user_id) VALUES (?)", userId);
  }

  remove(userId: number): void {
    this.#sql.exec("DELETE FROM block WHERE user_id = ?", userId);
  }
}
