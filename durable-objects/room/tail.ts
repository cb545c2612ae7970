import { Buffer } from "node:buffer";
import type { RoomEvent } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";

/** An event with its wire form: encoded once, however many sockets get it. */
export type EncodedEvent = { readonly event: RoomEvent; readonly json: string; readonly bytes: number };

/** Encodes an event for the wire and counts its bytes of UTF-8. */
export function encodeEvent(event: RoomEvent): EncodedEvent {
  const json = JSON.stringify(event);
  return { event, json, bytes: Buffer.byteLength(json) };
}

/**
 * The newest run of the log in memory, bounded in bytes: what flushes, carriers and most resumes read. A carrier that
 * falls out of it has overflowed.
 */
export class Tail {
  #events: EncodedEvent[] = [];
  #bytes = 0;

  /** The run grows at its end; the caller appends consecutive seqs. */
  push(encoded: EncodedEvent): void {
    this.#events.push(encoded);
    this.#bytes += encoded.bytes;
    if (this.#bytes > limits.CARRIER_BACKLOG_BYTES_MAX) this.#trim();
  }

  /** Whether this event is in memory. */
  has(seq: number): boolean {
    return this.#events[seq - this.#first] !== undefined;
  }

  /** Another wire form of an event takes the place of the one in memory, where there is one. */
  replace(encoded: EncodedEvent): void {
    const at = encoded.event.seq - this.#first;
    const before = this.#events[at];
    if (before === undefined) return;
    this.#events[at] = encoded;
    this.#bytes += encoded.bytes - before.bytes;
    if (this.#bytes > limits.CARRIER_BACKLOG_BYTES_MAX) this.#trim();
  }

  /** The seqs of events in memory that are from a user or about one. */
  naming(userId: number): readonly number[] {
    const named = this.#events.filter(({ event }) => event.from.id === userId || event.subject?.id === userId);
    return named.map(({ event }) => event.seq);
  }

  /** The run after `seq`, or null when memory does not reach back that far. */
  after(seq: number, maxEvents: number, maxBytes: number): readonly EncodedEvent[] | null {
    const first = this.#events[0]?.event.seq;
    if (first === undefined || seq < first - 1) return null;
    const start = seq + 1 - first;
    let end = start;
    for (let bytes = 0; end < this.#events.length && end - start < maxEvents; end++) {
      bytes += this.#events[end]?.bytes ?? 0;
      if (bytes > maxBytes && end > start) break;
    }
    return this.#events.slice(start, end);
  }

  /**
   * The last seq of before a time, which may be just out of memory; null when nothing is in memory. Times are whole
   * milliseconds: an event of the same one may be the later of the two.
   */
  before(atMs: number): number | null {
    const first = this.#events[0];
    if (first === undefined) return null;
    const last = this.#events.findLast(({ event }) => event.at < Math.floor(atMs));
    return last?.event.seq ?? first.event.seq - 1;
  }

  /** Whether everything after `seq` is in memory. */
  reaches(seq: number): boolean {
    const first = this.#events[0]?.event.seq;
    return first === undefined || seq >= first - 1;
  }

  /** What was cut from the log goes from memory too. */
  drop(seq: number): void {
    const kept = Math.max(0, seq + 1 - this.#first);
    for (const { bytes } of this.#events.slice(0, kept)) this.#bytes -= bytes;
    this.#events = this.#events.slice(kept);
  }

  get #first(): number {
    return this.#events[0]?.event.seq ?? 0;
  }

  /** Halves the run: dropping one event at a time would move the whole array for each message. */
  #trim(): void {
    let drop = 0;
    while (this.#bytes > limits.CARRIER_BACKLOG_BYTES_MAX / 2 && drop < this.#events.length - 1) {
      this.#bytes -= this.#events[drop]?.bytes ?? 0;
      drop++;
    }
    this.#events = this.#events.slice(drop);
  }
}
