import type { Person } from "../../contracts/event.ts";
import type { GrantedRole, RoomMember, RoomRole } from "../../contracts/rooms.ts";

/** Who belongs to a named room, and as what. */
export class MemberBook {
  readonly #sql: SqlStorage;
  /** How many are in; null until somebody asks. */
  #people: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  roleOf(userId: number): RoomRole | null {
    const [row] = this.#sql.exec<{ role: string }>("SELECT role FROM member WHERE user_id = ?", userId);
    return (row?.role as RoomRole | undefined) ?? null;
  }

  /** Adds a member; one that is here keeps the role. */
  add(userId: number, role: RoomRole, nowMs: number): RoomMember {
    this.#sql.exec(
      "INSERT INTO member (user_id, role, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      userId,
      role,
      nowMs,
    );
    return { userId, name: this.#nameOf(userId), role: this.roleOf(userId) ?? role };
  }

  /** Makes somebody this, a member already or not. */
  assign(userId: number, role: GrantedRole, nowMs: number): RoomMember {
    this.#sql.exec(
      `INSERT INTO member (user_id, role, since) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET role = excluded.role WHERE role <> 'owner'`,
      userId,
      role,
      nowMs,
    );
    return { userId, name: this.#nameOf(userId), role: this.roleOf(userId) ?? role };
  }

  remove(userId: number): void {
    const [gone] = this.#sql.exec<{ was_in: number }>(
      "DELETE FROM member WHERE user_id = ? RETURNING entered IS NOT NULL AS was_in",
      userId,
    );
    this.#grow(-(gone?.was_in ?? 0));
  }

  /** How many people are in. Counted once in a life of the object: a count reads every row. */
  get people(): number {
    this.#people ??= this.#sql
      .exec<{ people: number }>("SELECT COUNT(*) AS people FROM member WHERE entered IS NOT NULL")
      .one().people;
    return this.#people;
  }

  /** How many members there are. */
  get size(): number {
    return this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM member").one().size;
  }

  isIn(userId: number): boolean {
    const rows = this.#sql.exec("SELECT 1 FROM member WHERE user_id = ? AND entered IS NOT NULL", userId);
    return !rows.next().done;
  }

  /** Takes the next place in the order of joining, becoming a member where that is needed. False for who is in. [RM4] */
  enter(userId: number, nowMs: number): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO member (user_id, role, since, entered) VALUES (?, 'member', ?, 1 + COALESCE(
         (SELECT entered FROM member WHERE entered IS NOT NULL ORDER BY entered DESC LIMIT 1), 0))
       ON CONFLICT (user_id) DO UPDATE SET entered = excluded.entered WHERE entered IS NULL`,
      userId,
      nowMs,
    );
    if (rowsWritten > 0) this.#grow(1);
    return rowsWritten > 0;
  }

  /** Gives the place up, and with it the membership of everybody but the owner. False for who is not in. [RM5] */
  leave(userId: number): boolean {
    const left = this.#leave(userId);
    if (left) this.#grow(-1);
    return left;
  }

  /**
   * Members of the same name with a lower id. Ids are handed out in order, so a removed user whose session is still
   * believed in here never finds the name's next user.
   */
  olderNamesakes({ id, name }: Person): readonly number[] {
    return this.#sql
      .exec<{ user_id: number }>(
        "SELECT user_id FROM person JOIN member USING (user_id) WHERE name = ? AND user_id < ?",
        name,
        id,
      )
      .toArray()
      .map(({ user_id }) => user_id);
  }

  /** The names of those who are in, in the order of joining. */
  entered(): readonly string[] {
    return this.#sql
      .exec<{ name: string }>(
        "SELECT name FROM member JOIN person USING (user_id) WHERE entered IS NOT NULL ORDER BY entered",
      )
      .toArray()
      .map(({ name }) => name);
  }

  /** All members, in the order in which they became members. */
  all(): readonly RoomMember[] {
    return this.#sql
      .exec<{ user_id: number; name: string | null; role: string }>(
        "SELECT user_id, name, role FROM member LEFT JOIN person USING (user_id) ORDER BY since, user_id",
      )
      .toArray()
      .map(({ user_id, name, role }) => ({ userId: user_id, name: name ?? "", role: role as RoomRole }));
  }

  #nameOf(userId: number): string {
    const [row] = this.#sql.exec<{ name: string }>("SELECT name FROM person WHERE user_id = ?", userId);
    return row?.name ?? "";
  }

  #leave(userId: number): boolean {
    const gone = this.#sql.exec(
      "DELETE FROM member WHERE user_id = ? AND role <> 'owner' AND entered IS NOT NULL",
      userId,
    );
    if (gone.rowsWritten > 0) return true;
    const out = this.#sql.exec("UPDATE member SET entered = NULL WHERE user_id = ? AND entered IS NOT NULL", userId);
    return out.rowsWritten > 0;
  }

  #grow(by: number): void {
    if (this.#people !== null) this.#people += by;
  }
}
