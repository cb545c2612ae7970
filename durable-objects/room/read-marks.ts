import { limits } from "../../contracts/limits.ts";
import type { MarkPage, Marks } from "../../contracts/rooms.ts";
import type { EventLog } from "./event-log.ts";

/** How far a user read, how many messages there were until then, and how far a client of the user got. */
type Mark = { readonly seq: number; readonly messageNo: number; readonly delivered: number };
type MarkRow = { user_id: number; seq: number; message_no: number; delivered: number };
type Parts = {
  readonly storage: DurableObjectStorage;
  readonly log: EventLog;
  /** The oldest seq that is for this reader, retained or not. */
  readonly visibleFrom: (userId: number) => number;
};

const WRITE_AFTER_MS = 10_000;
const MARKS_IN_MEMORY_MAX = 2 * limits.SEATS_PER_ROOM_MAX;

/**
 * How far each user got and has read. In memory; read marks are written 10 s later and when the room empties: after a
 * crash an unread count may be high by 10 s of reading, never low [RD1]. What was delivered starts no timer, for a room
 * of silent readers should sleep: it is written with the next marks and when its user leaves, and until then the
 * attachments of the sockets keep it.
 */
export class ReadMarks {
  readonly #parts: Parts;
  readonly #known = new Map<number, Mark>();
  readonly #unwritten = new Set<number>();
  /** What the sockets that the runtime kept while the room slept had acknowledged, where it is not known better. */
  readonly #kept = new Map<number, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Moves a user's read mark forward, and with it what is delivered; a seq past the head counts as the head. False when
   * it is behind.
   */
  read(userId: number, seq: number): boolean {
    const { log } = this.#parts;
    const capped = Math.min(seq, log.head);
    const mark = this.#of(userId);
    if (capped <= mark.seq) return false;
    const delivered = Math.max(capped, mark.delivered);
    this.#move(userId, { seq: capped, messageNo: log.messageNoAt(capped), delivered });
    this.#startTimer();
    return true;
  }

  /** A client of the user has everything up to a seq. False when that is no news. */
  deliver(userId: number, seq: number): boolean {
    const mark = this.#of(userId);
    if (seq <= mark.delivered) return false;
    this.#move(userId, { ...mark, delivered: seq });
    return true;
  }

  /** A socket slept with the room: what it had acknowledged is delivered. */
  restore(userId: number, acked: number): void {
    if (acked > (this.#kept.get(userId) ?? 0)) this.#kept.set(userId, acked);
  }

  /** A socket of the user is gone, and with it what its attachment kept. */
  left(userId: number): void {
    if (this.#unwritten.has(userId) || this.#kept.has(userId)) this.#startTimer();
  }

  /** The last seq that the user has read, and how many messages that are kept for the user came after it. */
  of(userId: number): { readonly seq: number; readonly unread: number } {
    const { seq, messageNo } = this.#of(userId);
    return { seq, unread: this.#parts.log.messages - Math.max(messageNo, this.#messagesBefore(userId)) };
  }

  /** The newest seq that a client of the user said it has. */
  deliveredTo(userId: number): number {
    return this.#of(userId).delivered;
  }

  /** Both of a user's marks. */
  marksOf(userId: number): Marks {
    const { seq: read, delivered } = this.#of(userId);
    return { id: userId, read, delivered };
  }

  /** A page of the marks of those who show them, ordered by user id; a reader's own are always in it. [TA12] */
  page(after: number, limit: number, readerId: number): MarkPage {
    this.write();
    const rows = this.#parts.storage.sql
      .exec<MarkRow>(
        `SELECT * FROM read_mark WHERE user_id > ? AND (user_id = ? OR NOT EXISTS (SELECT 1 FROM news
           WHERE news.user_id = read_mark.user_id AND type = 'marks' AND NOT value ->> '$.shares'))
         ORDER BY user_id LIMIT ?`,
        after,
        readerId,
        limit + 1,
      )
      .toArray();
    const marks = rows
      .slice(0, limit)
      .map(({ user_id, seq, delivered }) => ({ id: user_id, read: seq, delivered: Math.max(seq, delivered) }));
    return { marks, more: rows.length > limit };
  }

  /** Nothing is known of the user any more, on disk or in memory. */
  forget(userId: number): void {
    this.#known.delete(userId);
    this.#unwritten.delete(userId);
    this.#kept.delete(userId);
    this.#parts.storage.sql.exec("DELETE FROM read_mark WHERE user_id = ?", userId);
  }

  /** Takes to disk what moved. */
  write(): void {
    this.#stopTimer();
    const moved = [...this.#unwritten].map((userId) => {
      const { seq, messageNo, delivered } = this.#of(userId);
      return [userId, seq, messageNo, delivered];
    });
    const rows = [...[...this.#kept].map(([userId, acked]) => [userId, 0, 0, acked]), ...moved];
    if (rows.length === 0) return;
    this.#parts.storage.sql.exec(
      `INSERT INTO read_mark (user_id, seq, message_no, delivered)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true
       ON CONFLICT DO UPDATE SET seq = MAX(seq, excluded.seq), message_no = MAX(message_no, excluded.message_no),
         delivered = MAX(delivered, excluded.delivered)`,
      JSON.stringify(rows),
    );
    this.#unwritten.clear();
    this.#kept.clear();
    if (this.#known.size >= MARKS_IN_MEMORY_MAX) this.#known.clear();
  }

  /** The room was deleted: what was not written never is. */
  end(): void {
    this.#stopTimer();
    this.#unwritten.clear();
    this.#kept.clear();
    this.#known.clear();
  }

  #move(userId: number, mark: Mark): void {
    this.#known.set(userId, mark);
    this.#unwritten.add(userId);
  }

  #of(userId: number): Mark {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    const mark = this.#stored(userId);
    if (this.#known.size >= MARKS_IN_MEMORY_MAX) {
      this.write();
      this.#known.clear();
    }
    this.#known.set(userId, mark);
    return mark;
  }

  /** Messages that are cut off or from before a newcomer's time were never unread. [TA13] */
  #messagesBefore(userId: number): number {
    const { log, visibleFrom } = this.#parts;
    const first = Math.max(log.first, visibleFrom(userId));
    if (first <= 1) return 0;
    const event = log.after(first - 1, 1, 0)[0]?.event;
    if (event === undefined) return log.messages;
    return event.kind === "message" ? event.messageNo - 1 : event.messageNo;
  }

  #stored(userId: number): Mark {
    const [row] = this.#parts.storage.sql.exec<MarkRow>("SELECT * FROM read_mark WHERE user_id = ?", userId);
    const { seq, message_no: messageNo, delivered } = row ?? { seq: 0, message_no: 0, delivered: 0 };
    // In rows from before there were delivered marks it is 0: what was read was delivered.
    return { seq, messageNo, delivered: Math.max(seq, delivered, this.#kept.get(userId) ?? 0) };
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => this.write(), WRITE_AFTER_MS);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
