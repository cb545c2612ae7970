import type { MarkPage } from "../../contracts/rooms.ts";
import type { EventLog } from "./event-log.ts";

type Mark = { readonly seq: number; readonly messageNo: number };

const WRITE_AFTER_MS = 10_000;

/**
 * How far each user has read. In memory, written every 10 s and when the room empties: after a crash an unread count
 * may be high by 10 s of reading, never low. [RD1]
 */
export class ReadMarks {
  readonly #storage: DurableObjectStorage;
  readonly #log: EventLog;
  readonly #unwritten = new Map<number, Mark>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(storage: DurableObjectStorage, log: EventLog) {
    this.#storage = storage;
    this.#log = log;
  }

  /** Moves a user's mark forward; a seq past the head counts as the head, one that is behind changes nothing. */
  read(userId: number, seq: number): void {
    const capped = Math.min(seq, this.#log.head);
    if (capped <= this.of(userId).seq) return;
    this.#unwritten.set(userId, { seq: capped, messageNo: this.#log.messageNoAt(capped) });
    this.#timer ??= setTimeout(() => this.write(), WRITE_AFTER_MS);
  }

  /** The last seq that the user has read, and how many messages came after it. */
  of(userId: number): { readonly seq: number; readonly unread: number } {
    const mark = this.#unwritten.get(userId) ?? this.#stored(userId);
    return { seq: mark.seq, unread: this.#log.messages - mark.messageNo };
  }

  /** The newest seq that a client of the user said it has. */
  deliveredTo(userId: number): number {
    return this.of(userId).seq;
  }

  /** A page of everybody's marks who shows them, ordered by user id. */
  page(_after: number, _limit: number): MarkPage {
    throw new Error(`not yet, at ${this.#log.head}`);
  }

  write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#unwritten.size === 0) return;
    this.#storage.transactionSync(() => {
      for (const [userId, { seq, messageNo }] of this.#unwritten) {
        this.#storage.sql.exec(
          "INSERT OR REPLACE INTO read_mark (user_id, seq, message_no) VALUES (?, ?, ?)",
          userId,
          seq,
          messageNo,
        );
      }
    });
    this.#unwritten.clear();
  }

  /** The user was erased: what was not written never is. */
  forget(userId: number): void {
    this.#unwritten.delete(userId);
  }

  /** The room was deleted: what was not written never is. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#unwritten.clear();
  }

  #stored(userId: number): Mark {
    const [row] = this.#storage.sql.exec<{ seq: number; message_no: number }>(
      "SELECT seq, message_no FROM read_mark WHERE user_id = ?",
      userId,
    );
    return { seq: row?.seq ?? 0, messageNo: row?.message_no ?? 0 };
  }
}
