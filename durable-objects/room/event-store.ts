import type { ClientStamp, Person, ReactionChange, ReactionCount, RoomEvent } from "../../contracts/event.ts";
import type { People } from "./people.ts";
import { type EncodedEvent, encodeEvent } from "./tail.ts";
import type { Mentioned } from "./talk/mentions.ts";

type EventRow = {
  seq: number;
  kind: string;
  target: number | null;
  actor: number;
  at: number;
  message_no: number;
  body: string | null;
  stamp: string | null;
  edit_seq: number | null;
  reactions: string | null;
  /** On answers: the first message of the thread. */
  thread: number | null;
  /** On messages: whom they name, as JSON. */
  mentions: string | null;
  /** On facts: whom they are about. */
  subject: number | null;
  /** On facts and pins: what else they say, as JSON. */
  details: string | null;
  /** Of a message that was edited: when. */
  edited_at: number | null;
  /** Of the newest edit of a message: what the message says, and whom it names. */
  edited_body: string | null;
  edited_mentions: string | null;
};

// What a message says is kept once, with the message: the event of an edit reads it there. [ED2]
const SELECT = `SELECT event.*, edit.at AS edited_at, message.body AS edited_body,
  message.mentions AS edited_mentions FROM event
  LEFT JOIN event AS edit ON edit.seq = event.edit_seq
  LEFT JOIN event AS message ON message.seq = event.target AND message.edit_seq = event.seq`;
const MESSAGES_ONLY = "AND event.kind = 'message' AND event.body IS NOT NULL";

/** Where a message belongs: the seq that its thread began with, its own when it answers nothing. */
type Place = { readonly isMessage: boolean; readonly actor: number; readonly thread: number };

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

  /** Whoever is on the log has a name to read it with. */
  noteAuthor(from: Person): void {
    this.#people.remember(from);
  }

  /** What an edit says is not written here: it is the message's. */
  insert(event: RoomEvent): void {
    this.noteAuthor(event.from);
    this.#sql.exec(
      `INSERT INTO event (seq, kind, target, actor, at, message_no, body, stamp, reactions, thread, mentions, subject, details)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      event.seq,
      event.kind,
      event.target ?? event.replyTo ?? null,
      event.from.id,
      event.at,
      event.messageNo,
      event.kind === "message" ? (event.body ?? null) : null,
      event.stamp === undefined ? null : JSON.stringify(event.stamp),
      event.reaction === undefined ? null : JSON.stringify(event.reaction),
      event.thread ?? null,
      event.kind === "message" ? encodeMentions(event) : null,
      event.subject?.id ?? null,
      detailsOf(event),
    );
  }

  /** Null when there is no such event. */
  placeOf(seq: number): Place | null {
    const [row] = this.#sql.exec<{ kind: string; actor: number; thread: number | null }>(
      "SELECT kind, actor, thread FROM event WHERE seq = ?",
      seq,
    );
    if (row === undefined) return null;
    return { isMessage: row.kind === "message", actor: row.actor, thread: row.thread ?? seq };
  }

  /** How many answers a thread has, and the newest one's seq; 0 when there is none. */
  thread(root: number): { readonly count: number; readonly last: number } {
    return this.#sql
      .exec<{ count: number; last: number }>(
        "SELECT COUNT(*) AS count, COALESCE(MAX(seq), 0) AS last FROM event WHERE thread = ?",
        root,
      )
      .one();
  }

  /** An event of an import, as it read when it was exported. The newest edit of a message is the last one to come. */
  restore(event: RoomEvent): void {
    const { seq, kind, target, subject, reactions } = event;
    if (subject !== undefined) this.#people.remember(subject);
    this.insert(event);
    if (reactions !== undefined) {
      this.#sql.exec("UPDATE event SET reactions = ? WHERE seq = ?", JSON.stringify(reactions), seq);
    }
    if (kind === "edit" && target !== undefined) {
      const sql = "UPDATE event SET edit_seq = ? WHERE seq = ? AND kind = 'message' AND body IS NOT NULL";
      this.#sql.exec(sql, seq, target);
    }
  }

  /** How many messages there were up to a seq. */
  messageNoAt(seq: number): number {
    const [row] = this.#sql.exec<{ message_no: number }>(
      "SELECT message_no FROM event WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
      seq,
    );
    return row?.message_no ?? 0;
  }

  /** One event as it stands now. */
  at(seq: number): EncodedEvent | undefined {
    return this.after(seq - 1, 1, 0)[0];
  }

  /** The run after a seq, oldest first; at least one event if there is one. */
  after(seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    return this.#read(`${SELECT} WHERE event.seq > ? ORDER BY event.seq LIMIT ?`, seq, maxEvents, maxBytes);
  }

  /** The run before a seq, oldest first, of all events or of messages that still say something; at least one. */
  before(seq: number, maxEvents: number, maxBytes: number, messagesOnly = false): readonly EncodedEvent[] {
    const only = messagesOnly ? MESSAGES_ONLY : "";
    const sql = `${SELECT} WHERE event.seq < ? ${only} ORDER BY event.seq DESC LIMIT ?`;
    return [...this.#read(sql, seq, maxEvents, maxBytes)].reverse();
  }

  /** The answers of a thread after a seq, oldest first; at least one if there is one. */
  answers(root: number, seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    const sql = `${SELECT} WHERE event.thread = ? AND event.seq > ? ORDER BY event.seq LIMIT ?`;
    return this.#take(this.#sql.exec<EventRow>(sql, root, seq, maxEvents), maxBytes);
  }

  #read(sql: string, seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    return this.#take(this.#sql.exec<EventRow>(sql, seq, maxEvents), maxBytes);
  }

  #take(rows: Iterable<EventRow>, maxBytes: number): readonly EncodedEvent[] {
    const found: EncodedEvent[] = [];
    let bytes = 0;
    for (const row of rows) {
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
      from: this.#people.personOf(row.actor),
      at: row.at,
      messageNo: row.message_no,
      ...(row.kind === "message" ? messageOf(row) : changeOf(row)),
      ...(row.subject === null ? {} : { subject: this.#people.personOf(row.subject) }),
      ...(row.details === null ? {} : (JSON.parse(row.details) as Details)),
    };
  }
}

/** What an event says in its column of that name: the fields of its own kind, by their names. */
type Details = Pick<RoomEvent, "member" | "room" | "pinned">;

function detailsOf({ member, room, pinned }: RoomEvent): string | null {
  if (member === undefined && room === undefined && pinned === undefined) return null;
  return JSON.stringify({ member, room, pinned } satisfies Record<keyof Details, unknown>);
}

/** Whom a message names as its row keeps it, or null. */
export function encodeMentions({ mentions, mentionsRoom }: Mentioned): string | null {
  return mentions === undefined && mentionsRoom === undefined ? null : JSON.stringify({ mentions, mentionsRoom });
}

/** The same the other way round. */
export function decodeMentions(row: string | null): Mentioned {
  return row === null ? {} : (JSON.parse(row) as Mentioned);
}

function messageOf(row: EventRow): Partial<RoomEvent> {
  return {
    ...(row.body === null ? { deleted: true } : { body: row.body }),
    ...(row.target === null ? {} : { replyTo: row.target }),
    ...(row.stamp === null ? {} : { stamp: JSON.parse(row.stamp) as ClientStamp }),
    ...(row.edited_at === null ? {} : { editedAt: row.edited_at }),
    ...(row.reactions === null ? {} : { reactions: JSON.parse(row.reactions) as readonly ReactionCount[] }),
    ...(row.thread === null ? {} : { thread: row.thread }),
    ...(row.body === null ? {} : decodeMentions(row.mentions)),
  };
}

function changeOf(row: EventRow): Partial<RoomEvent> {
  return {
    ...(row.edited_body === null ? {} : { body: row.edited_body }),
    ...decodeMentions(row.edited_mentions),
    ...(row.target === null ? {} : { target: row.target }),
    ...(row.reactions === null ? {} : { reaction: JSON.parse(row.reactions) as ReactionChange }),
  };
}
