import { countStanding, purgeMessages } from "../moderation/purge.ts";
import { Reactions } from "../reactions.ts";
import type { Room } from "../room.ts";

type Parts = Pick<
  Room,
  "storage" | "log" | "people" | "bans" | "sessions" | "audience" | "membership" | "marks" | "gate" | "record"
>;

/** What a room deletes of a user by id; the log and its reactions are changed apart from that. */
const FORGET = [
  "DELETE FROM mention WHERE user_id = ?",
  // Nobody sends under this id again, and what stands here is chosen by the user or tells what a text was.
  "DELETE FROM sent WHERE sender = ?",
  "DELETE FROM read_mark WHERE user_id = ?",
  "DELETE FROM watcher WHERE user_id = ?",
  "DELETE FROM news WHERE user_id = ?",
  "DELETE FROM invitation WHERE created_by = ?",
  "DELETE FROM mute WHERE user_id = ?",
  // What the user said of others, and what others said of the user: who did what to whom stays, by their ids.
  "UPDATE mute SET reason = '' WHERE actor = ?",
  "UPDATE ban SET reason = '' WHERE actor = ?",
  "UPDATE moderation SET reason = '' WHERE actor = ?",
  "UPDATE moderation SET reason = '' WHERE subject = ?",
  "DELETE FROM outbox WHERE json_extract(body, '$.report.reporter.id') = ?",
  "DELETE FROM outbox WHERE json_extract(body, '$.report.author.id') = ?",
];

/** Forgets a user: texts, name and everything else that was the user's own. Tombstones keep the order. [RI12] */
export class Erasure {
  readonly #room: Parts;
  readonly #reactions: Reactions;

  constructor(room: Parts) {
    this.#room = room;
    this.#reactions = new Reactions(room.storage.sql);
  }

  /** Done again it changes nothing: the letter that asks for it may come twice. */
  erase(userId: number): void {
    const { sessions, audience, membership, log, gate } = this.#room;
    // First, so that nothing that waits of the user is written behind the erasure. [RR3]
    audience.end(sessions.endUser(userId));
    membership.userRemoved(userId);
    const nobody = { id: userId, name: "" };
    if (countStanding(this.#room.storage.sql, userId) > 0) {
      this.#room.record(nobody, { kind: "purge", subject: nobody }, () => this.#forget(userId));
    } else {
      log.rewrite(() => this.#forget(userId));
    }
    gate.forget();
  }

  /** Answers the seqs of events that read differently from now on. */
  #forget(userId: number): readonly number[] {
    const { storage, log, people, marks, bans } = this.#room;
    purgeMessages(storage.sql, userId);
    const reacted = this.#takeReactionsBack(userId);
    for (const statement of FORGET) storage.sql.exec(statement, userId);
    bans.lift(userId);
    marks.forget(userId);
    people.erase(userId);
    return [...reacted, ...log.naming(userId)];
  }

  #takeReactionsBack(userId: number): readonly number[] {
    const { sql } = this.#room.storage;
    const put = sql.exec<{ seq: number; emoji: string }>("SELECT seq, emoji FROM reaction WHERE user_id = ?", userId);
    return put.toArray().map(({ seq, emoji }) => {
      const [message] = sql.exec<{ reactions: string | null }>("SELECT reactions FROM event WHERE seq = ?", seq);
      this.#reactions.set({ seq, emoji, userId, on: false }, message?.reactions ?? null);
      return seq;
    });
  }
}
