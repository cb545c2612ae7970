/** A ban, with who laid it on whom and why. */
export type Ban = { readonly userId: number; readonly by: number; readonly reason: string };
export type BanRow = Ban & { readonly at: number };

/**
 * Who may never come back, until the ban is lifted. Members and guests alike, here before or not. A room has one of
 * these: every call of the room asks it, so it is answered from memory, and RESTRICTIONS_PER_ROOM_MAX bounds that.
 */
export class BanBook {
  readonly #sql: SqlStorage;
  /** Null: believe the storage again. */
  #ids: ReadonlySet<number> | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  isBanned(userId: number): boolean {
    this.#ids ??= new Set(this.all().map((ban) => ban.userId));
    return this.#ids.has(userId);
  }

  /** Call it for somebody who is not banned yet. */
  add({ userId, by, reason }: Ban, nowMs: number): void {
    this.#ids = null;
    this.#sql.exec("INSERT INTO ban (user_id, actor, at, reason) VALUES (?, ?, ?, ?)", userId, by, nowMs, reason);
  }

  lift(userId: number): void {
    this.#ids = null;
    this.#sql.exec("DELETE FROM ban WHERE user_id = ?", userId);
  }

  get size(): number {
    return this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM ban").one().size;
  }

  all(): readonly BanRow[] {
    return this.#sql.exec<BanRow>("SELECT user_id AS userId, actor AS by, at, reason FROM ban").toArray();
  }
}
