import type { Person } from "../../contracts/event.ts";
import type { RoomMember, RoomRole } from "../../contracts/rooms.ts";

/** What a membership is: a role, and the first seq that the member reads where newcomers do not see what was before. */
export type Belonging = { readonly role: RoomRole; readonly historyFrom: number };

/** Who belongs to a room, and as what. Write in a transaction, and `forget` when it is rolled back. */
export class MemberBook {
  readonly #sql: SqlStorage;
  /** How many are in; null until somebody asks. */
  #people: number | null = null;
  /** How many members there are; null until somebody asks. */
  #size: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  roleOf(userId: number): RoomRole | null {
    return this.find(userId)?.role ?? null;
  }

  /** Somebody's membership, or null. */
  find(userId: number): Belonging | null {
    const [row] = this.#sql.exec<{ role: string; history_from: number }>(
      "SELECT role, history_from FROM member WHERE user_id = ?",
      userId,
    );
    return row === undefined ? null : { role: row.role as RoomRole, historyFrom: row.history_from };
  }

  /** Adds a member; one that is here stays as it is. */
  add(userId: number, role: RoomRole, nowMs: number, historyFrom = 1): void {
    const { rowsWritten } = this.#sql.exec(
      "INSERT INTO member (user_id, role, since, history_from) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      userId,
      role,
      nowMs,
      historyFrom,
    );
    if (rowsWritten > 0) this.#grow({ size: 1 });
  }

  /** Gives a member another role; the owner keeps the room. */
  assign(userId: number, role: RoomRole): void {
    this.#sql.exec("UPDATE member SET role = ? WHERE user_id = ? AND role <> 'owner'", role, userId);
  }

  remove(userId: number): void {
    const [gone] = this.#sql.exec<{ was_in: number }>(
      "DELETE FROM member WHERE user_id = ? RETURNING entered IS NOT NULL AS was_in",
      userId,
    );
    if (gone !== undefined) this.#grow({ size: -1, people: -gone.was_in });
  }

  /** How many people are in. Counted once in a life of the object: a count reads every row. */
  get people(): number {
    this.#people ??= this.#sql
      .exec<{ people: number }>("SELECT COUNT(*) AS people FROM member WHERE entered IS NOT NULL")
      .one().people;
    return this.#people;
  }

  /** How many members there are, counted once too. */
  get size(): number {
    this.#size ??= this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM member").one().size;
    return this.#size;
  }

  isIn(userId: number): boolean {
    const rows = this.#sql.exec("SELECT 1 FROM member WHERE user_id = ? AND entered IS NOT NULL", userId);
    return !rows.next().done;
  }

  /**
   * Takes the next place in the order of joining, becoming a member where that is needed: `historyFrom` is for who was
   * none. False for who is in. [RM4]
   */
  enter(userId: number, nowMs: number, historyFrom?: number): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO member (user_id, role, since, history_from, entered) VALUES (?, 'member', ?, ?, 1 + COALESCE(
         (SELECT entered FROM member WHERE entered IS NOT NULL ORDER BY entered DESC LIMIT 1), 0))
       ON CONFLICT (user_id) DO UPDATE SET entered = excluded.entered WHERE entered IS NULL`,
      userId,
      nowMs,
      historyFrom ?? 1,
    );
    if (rowsWritten > 0) this.#grow({ people: 1, size: historyFrom === undefined ? 0 : 1 });
    return rowsWritten > 0;
  }

  /** Gives the place in the order of joining up; the membership stays. False for who is not in. */
  stepOut(userId: number): boolean {
    const out = this.#sql.exec("UPDATE member SET entered = NULL WHERE user_id = ? AND entered IS NOT NULL", userId);
    if (out.rowsWritten > 0) this.#grow({ people: -1 });
    return out.rowsWritten > 0;
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

  /** Counts anew: a transaction was rolled back. */
  forget(): void {
    this.#people = null;
    this.#size = null;
  }

  #grow({ people = 0, size = 0 }: { readonly people?: number; readonly size?: number }): void {
    if (this.#people !== null) this.#people += people;
    if (this.#size !== null) this.#size += size;
  }
}
