/** A ban, with who laid it on whom and why. */
export type Ban = { readonly userId: number; readonly by: number; readonly reason: string };
export type BanRow = Ban & { readonly at: number };

/** Who may never come back, until the ban is lifted. Members and guests alike, here before or not. */
export class BanBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  isBanned(userId: number): boolean {
    return !this.#sql.exec("SELECT 1 FROM ban WHERE user_id = ?", userId).next().done;
  }

  /** Call it for somebody who is not banned yet. */
  add({ userId, by, reason }: Ban, nowMs: number): void {
    this.#sql.exec("INSERT INTO ban (user_id, actor, at, reason) VALUES (?, ?, ?, ?)", userId, by, nowMs, reason);
  }

  lift(userId: number): void {
    this.#sql.exec("DELETE FROM ban WHERE user_id = ?", userId);
  }

  get size(): number {
    return this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM ban").one().size;
  }

  all(): readonly BanRow[] {
    return this.#sql.exec<BanRow>("SELECT user_id AS userId, actor AS by, at, reason FROM ban").toArray();
  }
}
