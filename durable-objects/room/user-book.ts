import type { UserNews } from "../../contracts/objects.ts";

/** What user objects told this room of their users. Late news of a type changes nothing: the newest stamp counts. */
export class UserBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whether this is news at all. */
  learn(userId: number, news: UserNews, stamp: number): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO news (user_id, type, stamp, value) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET stamp = excluded.stamp, value = excluded.value WHERE stamp < excluded.stamp`,
      userId,
      news.type,
      stamp,
      JSON.stringify(news),
    );
    return rowsWritten > 0;
  }

  /** Whether others may see how far the user got and read. */
  sharesMarks(userId: number): boolean {
    const news = this.#find(userId, "marks");
    return news?.type !== "marks" || news.shares;
  }

  /** In a conversation of two: whether the user takes messages of the other. */
  takesMessages(userId: number): boolean {
    const news = this.#find(userId, "block");
    return news?.type !== "block" || !news.on;
  }

  #find(userId: number, type: UserNews["type"]): UserNews | null {
    const [row] = this.#sql.exec<{ value: string }>(
      "SELECT value FROM news WHERE user_id = ? AND type = ?",
      userId,
      type,
    );
    return row === undefined ? null : (JSON.parse(row.value) as UserNews);
  }
}
