import type { Person, RoomEvent } from "../../contracts/event.ts";
import type { Standing } from "../../contracts/permissions.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Change, Outgoing, Sent } from "../../contracts/services.ts";
import { changeHash, contentHash } from "./content-hash.ts";
import type { Counters, EventStore } from "./event-store.ts";
import type { Applied, MessageChanges } from "./message-changes.ts";
import type { Fact } from "./room-context.ts";
import { type Earlier, SentLedger } from "./sent-ledger.ts";
import { type EncodedEvent, encodeEvent } from "./tail.ts";

/**
 * A message that was checked and waits for its seq, or a change of one, with what its author is here; where either names
 * a message, the oldest seq that is for its author.
 */
export type Entry = { readonly from: Person; readonly visibleFrom?: number } & (
  | { readonly message: Outgoing }
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
};

/** A draft that begins where the log stands. */
export function newDraft(counters: Counters, nowMs: number): Draft {
  return { counters: { ...counters, at: Math.max(nowMs, counters.at) }, fresh: [], touched: new Set() };
}

/** Writes entries within a transaction of the log, and notes in its draft what comes of them. */
export class LogWriter {
  readonly #epoch: string;
  readonly #events: EventStore;
  readonly #changes: MessageChanges;
  readonly #sent: SentLedger;

  constructor({ sql, epoch, events, changes }: Parts) {
    this.#epoch = epoch;
    this.#events = events;
    this.#changes = changes;
    this.#sent = new SentLedger(sql);
  }

  /** Writes one entry, or says why not: then it has written nothing. */
  write(entry: Entry, draft: Draft): Reply<Sent> {
    return "change" in entry ? this.#change(entry, draft) : this.#message(entry, draft);
  }

  /** Writes a fact. */
  record(from: Person, fact: Fact, { counters, fresh }: Draft): void {
    counters.head += 1;
    const { head: seq, at, messages: messageNo } = counters;
    const event: RoomEvent = { seq, from, at, messageNo, ...fact };
    this.#events.insert(event);
    fresh.push(encodeEvent(event));
  }

  #message({ from, message, visibleFrom = 1 }: MessageEntry, { counters, fresh }: Draft): Reply<Sent> {
    if (message.replyTo !== undefined && !this.#events.isMessage(message.replyTo, { from, visibleFrom })) {
      return fail("badRequest", "replyTo names no message of this room");
    }
    const seq = counters.head + 1;
    if (message.id !== undefined) {
      const claim = { id: message.id, hash: contentHash(message.body, message.replyTo) };
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
      ...(message.stamp === undefined ? {} : { stamp: message.stamp }),
    };
    this.#events.insert(event);
    fresh.push(encodeEvent(event));
    return this.#standing(counters, false);
  }

  /** An id that was used answers before anything else is asked: the message may have changed again since. [ED4] */
  #change({ from, change, standing, visibleFrom = 1 }: ChangeEntry, draft: Draft): Reply<Sent> {
    const claim = change.id === undefined ? null : { id: change.id, hash: changeHash(change) };
    const earlier = claim === null ? null : this.#sent.find(from.id, claim);
    if (earlier !== null) return this.#repeated(earlier);
    const { counters } = draft;
    const applied = this.#changes.apply(change, { userId: from.id, standing, visibleFrom, seq: counters.head + 1 });
    if (!applied.ok) return applied;
    if (applied.value !== null) this.#append(from, change.type, applied.value, draft);
    if (claim !== null) this.#sent.claim(from.id, claim, { seq: counters.head, at: counters.at });
    return this.#standing(counters, applied.value === null);
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
