import type { ReactionChange, ReactionCount } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";

type Wish = { readonly seq: number; readonly emoji: string; readonly userId: number; readonly on: boolean };

/** Who put which emoji to which message. The counts stand with the message, in the order in which the emoji came. */
export class Reactions {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Puts or takes back somebody's emoji; `counted` is what the message's row says. Null when that changes nothing. */
  set(wish: Wish, counted: string | null): Reply<ReactionChange | null> {
    const { seq, emoji, on } = wish;
    const counts = counted === null ? [] : (JSON.parse(counted) as readonly ReactionCount[]);
    const before = counts.find((reaction) => reaction.emoji === emoji);
    if (on && before === undefined && counts.length >= limits.REACTIONS_PER_MESSAGE_MAX) {
      return fail("conflict", `a message has at most ${limits.REACTIONS_PER_MESSAGE_MAX} different emoji`);
    }
    if (!this.#write(wish)) return ok(null);
    const count = (before?.count ?? 0) + (on ? 1 : -1);
    const left = withCount(counts, { emoji, count });
    this.#sql.exec("UPDATE event SET reactions = ? WHERE seq = ?", left.length > 0 ? JSON.stringify(left) : null, seq);
    return ok({ emoji, on, count });
  }

  /** Forgets them: the message was deleted. */
  drop(seq: number): void {
    this.#sql.exec("DELETE FROM reaction WHERE seq = ?", seq);
  }

  #write({ seq, emoji, userId, on }: Wish): boolean {
    const sql = on
      ? "INSERT INTO reaction (seq, emoji, user_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
      : "DELETE FROM reaction WHERE seq = ? AND emoji = ? AND user_id = ?";
    return this.#sql.exec(sql, seq, emoji, userId).rowsWritten > 0;
  }
}

function withCount(counts: readonly ReactionCount[], changed: ReactionCount): readonly ReactionCount[] {
  if (!counts.some(({ emoji }) => emoji === changed.emoji)) return [...counts, changed];
  return counts.flatMap((old) => (old.emoji !== changed.emoji ? old : changed.count > 0 ? changed : []));
}
