import type { EventPage, Person, RoomEvent } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { PageQuery } from "../../contracts/native.ts";
import { fail, type Reply } from "../../contracts/reply.ts";
import type { Sent, VersionPage, VersionQuery } from "../../contracts/services.ts";
import { type Counters, EventStore } from "./event-store.ts";
import { type Draft, type Entry, LogWriter, newDraft, type Wish } from "./log-writer.ts";
import { MessageChanges, type Reading } from "./message-changes.ts";
import type { People } from "./people.ts";
import { RepeatedId, toPlain } from "./plain-batch.ts";
import { LogImport } from "./rights/log-import.ts";
import { CUT_EVENTS_MAX, type Due, LogStart } from "./rights/log-start.ts";
import type { Fact } from "./room-context.ts";
import { type EncodedEvent, Tail } from "./tail.ts";
import { Mentions } from "./talk/mentions.ts";

/** The one append-only log of a room. Appending is synchronous; the caller waits for the storage before it tells. */
export class EventLog {
  /** Which life of the room this is the log of; a client that comes with another one starts over. */
  readonly epoch: string;
  readonly #storage: DurableObjectStorage;
  readonly #people: People;
  readonly #events: EventStore;
  readonly #changes: MessageChanges;
  readonly #writer: LogWriter;
  readonly #start: LogStart;
  readonly #import: LogImport;
  readonly #tail = new Tail();
  #counters: Counters;
  #ended = false;
  #revision = 0;

  constructor(storage: DurableObjectStorage, people: People, epoch: string) {
    this.#storage = storage;
    this.#people = people;
    this.epoch = epoch;
    this.#events = new EventStore(storage.sql, people);
    const mentions = new Mentions(storage.sql, people);
    this.#changes = new MessageChanges(storage.sql, mentions);
    this.#writer = new LogWriter({ sql: storage.sql, epoch, events: this.#events, changes: this.#changes, mentions });
    this.#start = new LogStart(storage.sql);
    this.#import = new LogImport({
      atomically: (work) => this.#atomically(work),
      events: this.#events,
      start: this.#start,
    });
    const last = this.#events.counters();
    // Where everything was cut the counters go on all the same.
    this.#counters = last.head === 0 ? this.#start.counters : last;
  }

  /** The newest seq, 0 for an empty log. */
  get head(): number {
    return this.#counters.head;
  }

  /** When the newest event was. */
  get lastAtMs(): number {
    return this.#counters.at;
  }

  /** How many messages the log ever held. */
  get messages(): number {
    return this.#counters.messages;
  }

  /** The oldest retained seq; the one after the head when nothing is retained. */
  get first(): number {
    return this.#start.counters.head + 1;
  }

  /** How many messages the log holds, deleted ones too. */
  get retained(): number {
    return this.#counters.messages - this.#start.counters.messages;
  }

  /** Another number as soon as an event that was on the log reads differently, or is gone. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether the room was deleted with this log. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The room was deleted: from here on the log takes nothing and has nothing, whoever still holds it. [RM7] */
  end(): void {
    this.#ended = true;
    this.#revision++;
    this.#counters = { head: 0, messages: 0, at: 0 };
    this.#start.take(this.#counters);
  }

  /** Whether this was appended before, by its id and content. */
  has(wish: Wish): boolean {
    return this.#writer.has(wish);
  }

  /** Appends in one transaction; if that fails, one by one, so that a bad row costs only itself. [LG2] */
  append(entries: readonly Entry[], nowMs: number): readonly Reply<Sent>[] {
    if (this.#ended) return entries.map(() => fail("notFound", "the room was deleted"));
    if (this.#storage.sql.databaseSize > limits.LOG_BYTES_MAX) return entries.map(() => fail("logFull"));
    try {
      return this.#transaction(entries, nowMs);
    } catch (error) {
      log("warn", "batch failed, appending one by one", { entries: entries.length, error: describeError(error) });
      return entries.map((entry) => this.#appendAlone(entry, nowMs));
    }
  }

  /**
   * Puts a fact on the log in one transaction with what makes it true: `write` gets its seq and answers the seqs of events
   * that read differently from now on. Not bounded by LOG_BYTES_MAX: nobody is let in or kept out by a full log.
   */
  record(from: Person, fact: Fact, nowMs: number, write: (seq: number) => readonly number[]): number {
    const draft = newDraft(this.#counters, nowMs);
    const changed = this.#atomically(() => {
      for (const seq of write(draft.counters.head + 1)) draft.touched.add(seq);
      this.#writer.record(from, fact, draft);
      return this.#readChanged(draft);
    });
    this.#take(draft, changed);
    return draft.counters.head;
  }

  /** An import whose export holds nothing before a seq: its log begins there. */
  beginAt(counters: Counters): void {
    this.#counters = this.#import.beginAt(counters);
  }

  /**
   * Puts the next events of an import on the log, with the seqs that they have, in one transaction with what `write` does.
   * They are not taken into memory: the next life of the room reads them.
   */
  adopt(events: readonly RoomEvent[], write: () => void): void {
    this.#counters = this.#import.adopt(this.#counters, events, write);
  }

  /** Changes what events say, in one transaction: `write` answers the seqs of those that read differently from now on. */
  rewrite(write: () => readonly number[]): void {
    const draft = newDraft(this.#counters, this.#counters.at);
    const changed = this.#atomically(() => {
      for (const seq of write()) draft.touched.add(seq);
      return this.#readChanged(draft);
    });
    this.#replace(draft, changed);
  }

  /** The seqs of events in memory that bear a user's name. */
  naming(userId: number): readonly number[] {
    return this.#tail.naming(userId);
  }

  /** When the first event was that is retained, null for none. */
  oldestAtMs(): number | null {
    return this.#ended ? null : this.#start.oldestAtMs();
  }

  /** Cuts off what is due, the oldest first, CUT_EVENTS_MAX events at most. Whether more may be due. [RI1] */
  cut(due: Due): boolean {
    if (this.#ended) return false;
    const { first } = this;
    const to = this.#start.find(due);
    if (to.head < first) return false;
    this.#storage.transactionSync(() => this.#start.cut(to));
    this.#start.take(to);
    this.#tail.drop(to.head);
    this.#revision++;
    return to.head - first + 1 === CUT_EVENTS_MAX;
  }

  /** The run after `seq`, from memory where it reaches back far enough, at least one event if there is one. */
  after(seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] {
    if (seq >= this.head) return [];
    return this.#tail.after(seq, maxEvents, maxBytes) ?? this.#events.after(seq, maxEvents, maxBytes);
  }

  /** The last seq of before a time, as far as memory reaches back. */
  before(atMs: number): number {
    return this.#tail.before(atMs) ?? this.head;
  }

  /** Whether everything after `seq` is retained and in memory. */
  reaches(seq: number): boolean {
    return seq >= this.first - 1 && this.#tail.reaches(seq);
  }

  /** A page in either direction, oldest first. `visibleFrom`: what is older is not for this reader. */
  page(query: PageQuery, visibleFrom = 1): EventPage {
    const first = Math.max(this.first, visibleFrom);
    const encoded =
      "after" in query
        ? this.after(Math.max(query.after, first - 1), query.limit, limits.PAGE_BYTES_MAX)
        : this.#events.before(query.before, query.limit, limits.PAGE_BYTES_MAX, query.messagesOnly);
    const events = encoded.map(({ event }) => event).filter(({ seq }) => seq >= first);
    const floor = "after" in query ? Math.max(query.after, first - 1) : query.before - 1;
    const after = events[0] === undefined ? Math.max(Math.min(floor, this.head), 0) : events[0].seq - 1;
    const last = events.at(-1)?.seq ?? after;
    // A page that goes back holds one event at least, if there is one: behind an empty one nothing is left to read.
    const more = "after" in query ? last < this.head : events.length > 0 && after >= first;
    return { epoch: this.epoch, after, events, more, head: this.head, first };
  }

  /** The older versions of a message, for its author and for who may read everybody's. [ED6] */
  versions(query: VersionQuery, by: Reading): Reply<VersionPage> {
    return this.#changes.versions(query, by);
  }

  /** How many messages there were up to a seq. */
  messageNoAt(seq: number): number {
    return Math.max(this.#events.messageNoAt(seq), this.#start.counters.messages);
  }

  #appendAlone(entry: Entry, nowMs: number): Reply<Sent> {
    try {
      return this.#transaction([entry], nowMs)[0] ?? fail("internal");
    } catch (error) {
      log("error", "append failed", { error: describeError(error) });
      return fail("internal");
    }
  }

  /**
   * Counters and tail move only when the transaction held, and nothing after it can fail: a batch that failed is
   * appended again, so one that is on disk must not.
   */
  #transaction(entries: readonly Entry[], nowMs: number): readonly Reply<Sent>[] {
    return this.#plainTransaction(entries, nowMs) ?? this.#mixedTransaction(entries, nowMs);
  }

  /** Null for entries that are not all plain, and for ids that came again: then nothing was written. */
  #plainTransaction(entries: readonly Entry[], nowMs: number): readonly Reply<Sent>[] | null {
    const plain = toPlain(entries);
    if (plain === null) return null;
    const draft = newDraft(this.#counters, nowMs);
    try {
      const replies = this.#atomically(() => this.#writer.writePlain(plain, draft));
      this.#take(draft, []);
      return replies;
    } catch (error) {
      if (error instanceof RepeatedId) return null;
      throw error;
    }
  }

  #mixedTransaction(entries: readonly Entry[], nowMs: number): readonly Reply<Sent>[] {
    const draft = newDraft(this.#counters, nowMs);
    const { replies, changed } = this.#atomically(() => ({
      replies: entries.map((entry) => this.#writer.write(entry, draft)),
      changed: this.#readChanged(draft),
    }));
    this.#take(draft, changed);
    return replies;
  }

  /** All of it or nothing: names that were learned in what failed are learned again. [LG2] */
  #atomically<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      this.#people.forget();
      throw error;
    }
  }

  #take(draft: Draft, changed: readonly EncodedEvent[]): void {
    this.#counters = draft.counters;
    for (const encoded of draft.fresh) this.#tail.push(encoded);
    this.#replace(draft, changed);
  }

  #replace({ touched }: Draft, changed: readonly EncodedEvent[]): void {
    for (const encoded of changed) this.#tail.replace(encoded);
    if (touched.size > 0) this.#revision++;
  }

  /** What memory has or is about to have, as it reads now: it must not go on saying what was said before. [ED2] */
  #readChanged({ touched }: Draft): readonly EncodedEvent[] {
    const inMemory = [...touched].filter((seq) => seq > this.head || this.#tail.has(seq));
    return inMemory.flatMap((seq) => this.#events.at(seq) ?? []);
  }
}
