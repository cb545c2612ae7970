import type { EventPage, RoomEvent } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { PageQuery } from "../../contracts/native.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";
import type { People } from "./people.ts";
import { type Earlier, SentLedger } from "./sent-ledger.ts";
import { type EncodedEvent, encodeEvent, Tail } from "./tail.ts";

/** A message that was checked and waits for its seq. */
export type Entry = { readonly from: { readonly id: number; readonly name: string }; readonly message: Outgoing };

type EventRow = {
  seq: number;
  kind: string;
  target: number | null;
  actor: number;
  at: number;
  message_no: number;
  body: string | null;
};
type Counters = { head: number; messages: number; at: number };

/** The one append-only log of a room. Appending is synchronous; the caller waits for the storage before it tells. */
export class EventLog {
  readonly #storage: DurableObjectStorage;
  readonly #people: People;
  readonly #epoch: string;
  readonly #sent: SentLedger;
  readonly #tail = new Tail();
  #counters: Counters;

  constructor(storage: DurableObjectStorage, people: People, epoch: string) {
    this.#storage = storage;
    this.#people = people;
    this.#epoch = epoch;
    this.#sent = new SentLedger(storage.sql);
    const [last] = storage.sql.exec<{ seq: number; message_no: number; at: number }>(
      "SELECT seq, message_no, at FROM event ORDER BY seq DESC LIMIT 1",
    );
    this.#counters = { head: last?.seq ?? 0, messages: last?.message_no ?? 0, at: last?.at ?? 0 };
  }

  /** The newest seq, 0 for an empty log. */
  get head(): number {
    return this.#counters.head;
  }

  /** How many messages the log ever held. */
  get messages(): number {
    return this.#counters.messages;
  }

  /** The oldest retained seq. */
  get first(): number {
    return 1;
  }

  /** Appends in one transaction; if that fails, one by one, so that a bad row costs only itself. [LG2] */
  append(entries: readonly Entry[], nowMs: number): readonly Reply<Sent>[] {
    if (this.#storage.sql.databaseSize > limits.LOG_BYTES_MAX) return entries.map(() => fail("logFull"));
    try {
      return this.#transaction(entries, nowMs);
    } catch (error) {
      this.#people.forget();
      log("warn", "batch failed, appending one by one", { entries: entries.length, error: describeError(error) });
      return entries.map((entry) => this.#appendAlone(entry, nowMs));
    }
  }

  /** The run after `seq`, from memory where it reaches back far enough, at least one event if there is one. */
  after(seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    if (seq >= this.head) return [];
    return (
      this.#tail.after(seq, maxEvents, maxBytes) ??
      this.#read("SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", seq, maxEvents, maxBytes)
    );
  }

  /** Whether everything after `seq` is in memory. */
  reaches(seq: number): boolean {
    return this.#tail.reaches(seq);
  }

  /** A page in either direction, oldest first. */
  page(query: PageQuery): EventPage {
    const encoded = "after" in query ? this.#pageAfter(query.after, query.limit) : this.#pageBefore(query);
    const events = encoded.map(({ event }) => event);
    const floor = "after" in query ? Math.min(query.after, this.head) : Math.min(query.before - 1, this.head);
    const after = events[0] === undefined ? Math.max(floor, 0) : events[0].seq - 1;
    const last = events.at(-1)?.seq ?? after;
    const more = "after" in query ? last < this.head : after >= this.first;
    return { epoch: this.#epoch, after, events, more, head: this.head, first: this.first };
  }

  /** How many messages there were up to a seq. */
  messageNoAt(seq: number): number {
    const [row] = this.#storage.sql.exec<{ message_no: number }>(
      "SELECT message_no FROM event WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
      seq,
    );
    return row?.message_no ?? 0;
  }

  #pageAfter(after: number, limit: number): readonly EncodedEvent[] {
    return this.after(Math.max(after, this.first - 1), limit, limits.PAGE_BYTES_MAX);
  }

  #pageBefore({ before, limit }: { readonly before: number; readonly limit: number }): readonly EncodedEvent[] {
    const sql = "SELECT * FROM event WHERE seq < ? ORDER BY seq DESC LIMIT ?";
    return [...this.#read(sql, before, limit, limits.PAGE_BYTES_MAX)].reverse();
  }

  #read(sql: string, seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    const found: EncodedEvent[] = [];
    let bytes = 0;
    for (const row of this.#storage.sql.exec<EventRow>(sql, seq, maxEvents)) {
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
    };
  }

  #appendAlone(entry: Entry, nowMs: number): Reply<Sent> {
    try {
      return this.#transaction([entry], nowMs)[0] ?? fail("internal");
    } catch (error) {
      this.#people.forget();
      log("error", "append failed", { error: describeError(error) });
      return fail("internal");
    }
  }

  /** Counters and tail move only when the transaction held. */
  #transaction(entries: readonly Entry[], nowMs: number): readonly Reply<Sent>[] {
    const counters = { ...this.#counters, at: Math.max(nowMs, this.#counters.at) };
    const fresh: EncodedEvent[] = [];
    const replies = this.#storage.transactionSync(() =>
      entries.map((entry) => this.#appendOne(entry, counters, fresh)),
    );
    this.#counters = counters;
    for (const encoded of fresh) this.#tail.push(encoded);
    return replies;
  }

  #appendOne({ from, message }: Entry, counters: Counters, fresh: EncodedEvent[]): Reply<Sent> {
    if (message.replyTo !== undefined && !this.#isMessage(message.replyTo)) {
      return fail("badRequest", "replyTo names no message of this room");
    }
    const seq = counters.head + 1;
    const earlier = this.#sent.claim(from.id, message, { seq, at: counters.at });
    if (earlier !== null) return this.#repeated(earlier);
    counters.head = seq;
    counters.messages += 1;
    const event: RoomEvent = {
      seq,
      kind: "message",
      from,
      at: counters.at,
      messageNo: counters.messages,
      body: message.body,
      ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    };
    this.#insert(event);
    fresh.push(encodeEvent(event));
    return ok({ epoch: this.#epoch, seq, at: counters.at, duplicate: false });
  }

  #repeated({ sameContent, seq, at }: Earlier): Reply<Sent> {
    return sameContent
      ? ok({ epoch: this.#epoch, seq, at, duplicate: true })
      : fail("conflict", "this id was sent before with other content: use a new id");
  }

  #insert(event: RoomEvent): void {
    this.#people.remember(event.from);
    this.#storage.sql.exec(
      "INSERT INTO event (seq, kind, target, actor, at, message_no, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
      event.seq,
      event.kind,
      event.replyTo ?? null,
      event.from.id,
      event.at,
      event.messageNo,
      event.body ?? null,
    );
  }

  #isMessage(seq: number): boolean {
    const rows = this.#storage.sql.exec("SELECT 1 FROM event WHERE seq = ? AND kind = 'message'", seq);
    return !rows.next().done;
  }
}
