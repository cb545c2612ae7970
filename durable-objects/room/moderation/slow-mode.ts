const POSTS_IN_MEMORY_MAX = 20_000;
/** What a life that begins looks back on: in a room so busy that it is not enough, a user gains one message. */
const EVENTS_LOOKED_AT = 1_000;

/** The least time between two messages of a user. Memory only: what it does not know it reads off the log's end. [MO13] */
export class SlowMode {
  readonly #sql: SqlStorage;
  /** When each user's newest message was. */
  readonly #posts = new Map<number, number>();
  /** Whether it says what the log's end does. */
  #isRead = false;
  /** What counted before, of users whose message is on its way into the log. */
  readonly #claimed = new Map<number, number | undefined>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Claims a user's turn and answers 0, or how long to wait for it. A claim that came to nothing is to be settled. */
  claim(userId: number, waitMs: number, nowMs: number): number {
    const posts = this.#posts;
    if (!this.#isRead) this.#read(nowMs - waitMs);
    const before = posts.get(userId);
    if (before !== undefined && before + waitMs > nowMs) return before + waitMs - nowMs;
    if (posts.size >= POSTS_IN_MEMORY_MAX) forgetUntil(posts, nowMs - waitMs);
    this.#claimed.set(userId, before);
    posts.set(userId, nowMs);
    return 0;
  }

  /** Whether the message of a user's turn stands on the log: what does not stand costs no turn. */
  settle(userId: number, stands: boolean): void {
    const before = this.#claimed.get(userId);
    this.#claimed.delete(userId);
    if (stands) return;
    if (before === undefined) this.#posts.delete(userId);
    else this.#posts.set(userId, before);
  }

  /** Whom it concerns or for how long is different: look at the log again too. What memory has may reach further back. */
  forget(): void {
    this.#isRead = false;
  }

  #read(sinceMs: number): void {
    const rows = this.#sql.exec<{ actor: number; at: number }>(
      `SELECT actor, MAX(at) AS at FROM (SELECT actor, at, kind FROM event ORDER BY seq DESC LIMIT ?)
         WHERE kind = 'message' AND at > ? GROUP BY actor`,
      EVENTS_LOOKED_AT,
      sinceMs,
    );
    for (const { actor, at } of rows) this.#posts.set(actor, Math.max(at, this.#posts.get(actor) ?? 0));
    this.#isRead = true;
  }
}

function forgetUntil(posts: Map<number, number>, untilMs: number): void {
  for (const [userId, atMs] of posts) if (atMs <= untilMs) posts.delete(userId);
}
