import type { RoomMember, RoomRole } from "../../contracts/services.ts";

/** Who belongs to a named room, and as what. */
export class MemberBook {
  readonly #sql: SqlStorage;

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
    return { userId, role: this.roleOf(userId) ?? role };
  }

  remove(userId: number): void {
    this.#sql.exec("DELETE FROM member WHERE user_id = ?", userId);
  }

  /** Everybody, in the order of joining. */
  all(): readonly RoomMember[] {
    return this.#sql
      .exec<{ user_id: number; role: string }>("SELECT user_id, role FROM member ORDER BY since, user_id")
      .toArray()
      .map(({ user_id, role }) => ({ userId: user_id, role: role as RoomRole }));
  }
}
