import type { ClientStamp, RoomEvent } from "../../contracts/event.ts";
import type { People } from "./people.ts";
import { type EncodedEvent, encodeEvent } from "./tail.ts";

type EventRow = {
  seq: number;
  kind: string;
  target: number | null;
  actor: number;
  at: number;
  message_no: number;
  body: string | null;
  stamp: string | null;
};

/** Where a log stands: its newest seq, how many messages it holds, and when the last event was. */
export type Counters = { head: number; messages: number; at: number };

/** The events of a room as rows. Reads go straight to the storage: what is asked for again and again is in the tail. */
export class EventStore {
  readonly #sql: SqlStorage;
  readonly #people: People;

  constructor(sql: SqlStorage, people: People) {
    this.#sql = sql;
    this.#people = people;
  }

  /** All zero for an empty log. */
  counters(): Counters {
    const [last] = this.#sql.exec<{ seq: number; message_no: number; at: number }>(
      "SELECT seq, message_no, at FROM event ORDER BY seq DESC LIMIT 1",
    );
    return { head: last?.seq ?? 0, messages: last?.message_no ?? 0, at: last?.at ?? 0 };
  }

  insert(event: RoomEvent): void {
    this.#people.remember(event.from);
    this.#sql.exec(
      "INSERT INTO event (seq, kind, target, actor, at, message_no, body, stamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      event.seq,
      event.kind,
      event.replyTo ?? null,
      event.from.id,
      event.at,
      event.messageNo,
      event.body ?? null,
      event.stamp === undefined ? null : JSON.stringify(event.stamp),
    );
  }

  isMessage(seq: number): boolean {
    const rows = this.#sql.exec("SELECT 1 FROM event WHERE seq = ? AND kind = 'message'", seq);
    return !rows.next().done;
  }

  /** How many messages there were up to a seq. */
  messageNoAt(seq: number): number {
    const [row] = this.#sql.exec<{ message_no: number }>(
      "SELECT message_no FROM event WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
      seq,
    );
    return row?.message_no ?? 0;
  }

  /** The run after a seq, oldest first; at least one event if there is one. */
  after(seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    return this.#read("SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", seq, maxEvents, maxBytes);
  }

  /** The run before a seq, oldest first; at least one event if there is one. */
  before(seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    const sql = "SELECT * FROM event WHERE seq < ? ORDER BY seq DESC LIMIT ?";
    return [...this.#read(sql, seq, maxEvents, maxBytes)].reverse();
  }

  #read(sql: string, seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    const found: EncodedEvent[] = [];
    let bytes = 0;
    for (const row of this.#sql.exec<EventRow>(sql, seq, maxEvents)) {
      const encoded = encodeEvent(this.#toEvent(row));
      bytes += encoded.bytes;
      if (bytes > maxBytes && found.length > 0) break;
      found.push(encoded);
    }
    return found;
  }

  #toEvent(row: EventRow): RoomEvent {
    return {
      seq: row.seq,
      kind: row.kind as RoomEvent["kind"],
      from: { id: row.actor, name: this.#people.nameOf(row.actor) ?? "" },
      at: row.at,
      messageNo: row.message_no,
      ...(row.body === null ? {} : { body: row.body }),
      ...(row.target === null ? {} : { replyTo: row.target }),
      ...(row.stamp === null ? {} : { stamp: JSON.parse(row.stamp) as ClientStamp }),
    };
  }
}
