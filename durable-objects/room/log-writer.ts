import type { Person, RoomEvent } from "../../contracts/event.ts";
import type { Standing } from "../../contracts/permissions.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Change, Outgoing, Sent } from "../../contracts/services.ts";
import { changeHash, contentHash } from "./content-hash.ts";
import type { Counters, EventStore } from "./event-store.ts";
import type { Applied, MessageChanges } from "./message-changes.ts";
import { insertPlain, type PlainMessage } from "./plain-batch.ts";
import type { Fact } from "./room-context.ts";
import { type Claim, type Earlier, SentLedger } from "./sent-ledger.ts";
import { type EncodedEvent, encodeEvent } from "./tail.ts";
import type { Mentions } from "./talk/mentions.ts";

/** A message that somebody wants on the log, or a change of one. */
export type Wish = { readonly from: Person } & ({ readonly message: Outgoing } | { readonly change: Change });
/**
 * One that was checked and waits for its seq, with what its author is here; a message needs that for an @ alone. Where
 * it names a message, with the oldest seq that is for its author.
 */
export type Entry = { readonly from: Person; readonly visibleFrom?: number } & (
  | { readonly message: Outgoing; readonly standing?: Standing }
  | { readonly change: Change; readonly standing: Standing }
);
type MessageEntry = Extract<Entry, { readonly message: Outgoing }>;
type ChangeEntry = Extract<Entry, { readonly change: Change }>;

/** What a transaction is about to make true: the counters after it, what is new, and what reads differently. */
export type Draft = { readonly counters: Counters; readonly fresh: EncodedEvent[]; readonly touched: Set<number> };

type Parts = {
  readonly sql: SqlStorage;
  readonly epoch: string;
  readonly events: EventStore;
  readonly changes: MessageChanges;
  readonly mentions: Mentions;
};

/** A draft that begins where the log stands. */
export function newDraft(counters: Counters, nowMs: number): Draft {
  return { counters: { ...counters, at: Math.max(nowMs, counters.at) }, fresh: [], touched: new Set() };
}

/** Writes entries within a transaction of the log, and notes in its draft what comes of them. */
export class LogWriter {
  readonly #sql: SqlStorage;
  readonly #epoch: string;
  readonly #events: EventStore;
  readonly #changes: MessageChanges;
  readonly #mentions: Mentions;
  readonly #sent: SentLedger;

  constructor({ sql, epoch, events, changes, mentions }: Parts) {
    this.#sql = sql;
    this.#epoch = epoch;
    this.#events = events;
    this.#changes = changes;
    this.#mentions = mentions;
    this.#sent = new SentLedger(sql);
  }

  /** Whether one with this id and content was written before. */
  has(wish: Wish): boolean {
    const claim = claimOf(wish);
    return claim !== null && this.#sent.find(wish.from.id, claim)?.sameContent === true;
  }

  /** Writes one entry, or says why not: then it has written nothing. */
  write(entry: Entry, draft: Draft): Reply<Sent> {
    return "change" in entry ? this.#change(entry, draft) : this.#message(entry, draft);
  }

  /** Writes plain messages, all of them or none: throws RepeatedId when an id was used before. */
  writePlain(messages: readonly PlainMessage[], { counters, fresh }: Draft): readonly Reply<Sent>[] {
    insertPlain(this.#sql, counters, messages);
    return messages.map(({ from, body }) => {
      this.#events.noteAuthor(from);
      counters.head += 1;
      counters.messages += 1;
      const { head: seq, at, messages: messageNo } = counters;
      fresh.push(encodeEvent({ seq, kind: "message", from, at, messageNo, body }));
      return this.#standing(counters, false);
    });
  }

  /** Writes a fact. */
  record(from: Person, fact: Fact, { counters, fresh }: Draft): void {
    counters.head += 1;
    const { head: seq, at, messages: messageNo } = counters;
    const event: RoomEvent = { seq, from, at, messageNo, ...fact };
    this.#events.insert(event);
    fresh.push(encodeEvent(event));
  }

  #message(entry: MessageEntry, { counters, fresh }: Draft): Reply<Sent> {
    const { from, message, standing } = entry;
    const answered = message.replyTo === undefined ? undefined : this.#answered(message.replyTo, entry);
    if (answered === null) return fail("badRequest", "replyTo names no message of this room");
    const seq = counters.head + 1;
    const claim = claimOf(entry);
    if (claim !== null) {
      const earlier = this.#sent.claim(from.id, claim, { seq, at: counters.at });
      if (earlier !== null) return this.#repeated(earlier);
    }
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
      ...(answered === undefined ? {} : { thread: answered.thread }),
      ...(message.stamp === undefined ? {} : { stamp: message.stamp }),
      ...(standing === undefined ? {} : this.#mentions.of({ body: message.body, standing })),
    };
    this.#events.insert(event);
    this.#mentions.note(seq, from.id, event);
    fresh.push(encodeEvent(event));
    return this.#standing(counters, false);
  }

  /** An id that was used answers before anything else is asked: the message may have changed again since. [ED4] */
  #change(entry: ChangeEntry, draft: Draft): Reply<Sent> {
    const { from, change, standing, visibleFrom = 1 } = entry;
    const claim = claimOf(entry);
    const earlier = claim === null ? null : this.#sent.find(from.id, claim);
    if (earlier !== null) return this.#repeated(earlier);
    const { counters } = draft;
    const applied = this.#changes.apply(change, {
      userId: from.id,
      standing,
      visibleFrom,
      seq: counters.head + 1,
      at: counters.at,
    });
    if (!applied.ok) return applied;
    if (applied.value !== null) this.#append(from, change.type, applied.value, draft);
    if (claim !== null) this.#sent.claim(from.id, claim, { seq: counters.head, at: counters.at });
    return this.#standing(counters, applied.value === null);
  }

  /** Where a message stands that this author may see: those from `visibleFrom` on, and the own ones. [RO13] */
  #answered(seq: number, { from, visibleFrom = 1 }: Entry): { readonly thread: number } | null {
    const place = this.#events.placeOf(seq);
    const isSeen = place !== null && (seq >= visibleFrom || place.actor === from.id);
    return isSeen && place.isMessage ? place : null;
  }

  #append(from: Person, kind: Change["type"], applied: Applied, { counters, fresh, touched }: Draft): void {
    counters.head += 1;
    const { head: seq, at, messages: messageNo } = counters;
    const event: RoomEvent = { seq, kind, from, at, messageNo, ...applied.event };
    this.#events.insert(event);
    fresh.push(encodeEvent(event));
    for (const old of applied.touched) touched.add(old);
  }

  #standing({ head: seq, at }: Counters, duplicate: boolean): Reply<Sent> {
    return ok({ epoch: this.#epoch, seq, at, duplicate });
  }

  #repeated({ sameContent, seq, at }: Earlier): Reply<Sent> {
    return sameContent
      ? ok({ epoch: this.#epoch, seq, at, duplicate: true })
      : fail("conflict", "this id was sent before with other content: use a new id");
  }
}

/** The client's id with what it stands for, or null for what is new each time. */
function claimOf(wish: Wish): Claim | null {
  if ("change" in wish) {
    return wish.change.id === undefined ? null : { id: wish.change.id, hash: changeHash(wish.change) };
  }
  const { id, body, replyTo } = wish.message;
  return id === undefined ? null : { id, hash: contentHash(body, replyTo) };
}
