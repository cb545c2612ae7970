import type { Person } from "../../contracts/event.ts";

/** Whose direct messages and mentions do not reach the user. */
export class BlockStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Ordered by id. */
  all(): readonly Person[] {
    return this.#sql
      .exec<{ user_id: number; name: string }>("SELECT user_id, name FROM block ORDER BY user_id")
      .toArray()
      .map(({ user_id, name }) => ({ id: user_id, name }));
  }

  has(userId: number): boolean {
    return !this.#sql.exec("SELECT 1 FROM block WHERE user_id = ?", userId).next().done;
  }

  get size(): number {
    return this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM block").one().size;
  }

  add({ id, name }: Person): void {
    this.#sql.exec("INSERT OR IGNORE INTO block (user_id, name) VALUES (?, ?)", id, name);
  }

  remove(userId: number): void {
    this.#sql.exec("DELETE FROM block WHERE user_id = ?", userId);
  }
}
