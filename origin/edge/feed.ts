import type { EventPage } from "../../contracts/event.ts";
import type { GochatFrame } from "../../contracts/gochat.ts";
import type { LogPosition } from "../../contracts/native.ts";
import type { Run } from "./edge.ts";
import type { Passenger } from "./passenger.ts";
import { behind, endOf, Runs } from "./runs.ts";
import { Tellings } from "./tellings.ts";

/**
 * One room, as one replica follows it for all its riders: what comes is put into one order without a hole, and each
 * rider gets what is behind its own position, once. It knows no socket: `gap` says what should be read from the log. [UC5]
 */
export class Feed {
  readonly #room: string;
  readonly #standing = new Set<Passenger>();
  /** Seats that are asked for: what was handed out meanwhile is kept for them. */
  readonly #awaited = new Set<Passenger>();
  /** Runs that came behind a gap, or before the first seat. */
  readonly #held = new Runs();
  /** Runs that were handed out since the oldest awaited seat was asked for. */
  readonly #recent = new Runs();
  readonly #tellings = new Tellings();
  #epoch: string | null = null;
  #seq = 0;
  /** The newest seq that is known to be on the log. */
  #target = 0;
  #pulledAfter: number | null = null;

  constructor(room: string) {
    this.#room = room;
  }

  get isEmpty(): boolean {
    return this.#standing.size + this.#awaited.size === 0;
  }

  get standing(): ReadonlySet<Passenger> {
    return this.#standing;
  }

  /** The seq behind which the log should be read now, or null: nothing is missing, or it is being read. */
  get gap(): number | null {
    const isMissing = this.#epoch !== null && this.#seq < this.#target && this.#standing.size > 0;
    return isMissing && this.#pulledAfter === null ? this.#seq : null;
  }

  /** A seat is asked for, the first time or again. */
  awaits(passenger: Passenger): void {
    this.#awaited.add(passenger);
  }

  /** The uplink broke: nobody sits until the edge says so again, and nothing that was under way comes any more. */
  broke(): void {
    for (const passenger of this.#standing) this.#awaited.add(passenger);
    this.#standing.clear();
    this.#held.clear();
    this.#recent.clear();
    this.#tellings.clear();
    this.#pulledAfter = null;
  }

  remove(passenger: Passenger): void {
    this.#standing.delete(passenger);
    this.#awaited.delete(passenger);
    this.#forget();
  }

  /** A seat stands: what is behind `seq`, or behind what the rider has of this epoch, reaches it from now on. */
  seated(passenger: Passenger, { epoch, seq }: LogPosition, visibleFrom = 1): void {
    const isFirst = this.#standing.size === 0;
    this.#awaited.delete(passenger);
    if (this.#epoch !== epoch) this.#begin(epoch, seq);
    this.#standing.add(passenger);
    if (passenger.position === null) passenger.position = { epoch, seq };
    else if (passenger.position.epoch !== epoch) this.#reset(passenger, { epoch, seq });
    // The log went on without who was sent away meanwhile and let in again. [RO13]
    else if (passenger.position.seq < visibleFrom - 1) this.#reset(passenger, { epoch, seq: visibleFrom - 1 });
    // Who stands already is told everything; after a break, nobody was.
    if (isFirst) this.#target = Math.max(this.#target, seq);
    this.#catchUp(passenger, passenger.position);
    this.#tellings.catchUp(passenger);
    this.#forget();
    this.#drain();
  }

  /** A run of the edge. */
  take(run: Run): void {
    if (this.#epoch === null || this.#standing.size === 0 || this.#pulledAfter !== null) this.#hold(run);
    else {
      this.#follow(run);
      this.#drain();
    }
  }

  /** A frame of gochat, for all who sit here or for those of one user. */
  told(frame: GochatFrame, onlyUserId: number | undefined): void {
    this.#tellings.tell({ frame, onlyUserId }, this.#standing, this.#awaited.size > 0);
  }

  /** The log is being read behind `gap`. */
  pulling(): void {
    this.#pulledAfter = this.#seq;
  }

  /** The log was not read: `gap` asks again. */
  pullFailed(): void {
    this.#pulledAfter = null;
  }

  /** A page of the log behind the gap. False when it brought nothing on: asking again at once would not either. */
  pulled(page: EventPage): boolean {
    const { epoch, after, events, head, more } = page;
    const askedAfter = this.#pulledAfter;
    this.#pulledAfter = null;
    if (epoch !== this.#epoch) return this.#cut({ epoch, seq: head });
    // Nothing is left of the log up to `after`, or a rider that has less than what was asked for joined meanwhile.
    if (askedAfter !== null && after > askedAfter && this.#seq < after) this.#cut({ epoch, seq: after });
    const before = this.#seq;
    if (events.length > 0) this.#follow({ room: this.#room, after, events });
    if (!more && this.#seq >= endOf({ room: this.#room, after, events })) this.#target = this.#seq;
    this.#drain();
    return this.#seq > before || this.#seq < (askedAfter ?? 0) || this.#seq >= this.#target;
  }

  #follow(run: Run): void {
    const fresh = behind(this.#seq, run);
    if (fresh === "hole") this.#hold(run);
    if (fresh === null || fresh === "hole") return;
    this.#seq = endOf(fresh);
    this.#target = Math.max(this.#target, this.#seq);
    if (this.#awaited.size > 0) this.#recent.push(fresh);
    const trimmed = new Map<number, Run | null | "hole">();
    for (const passenger of this.#standing) this.#hand(passenger, fresh, trimmed);
  }

  #hold(run: Run): void {
    this.#target = Math.max(this.#target, endOf(run));
    this.#held.push(run);
  }

  #drain(): void {
    if (this.#pulledAfter !== null || this.#standing.size === 0 || this.#held.list.length === 0) return;
    for (const run of this.#held.take()) this.#follow(run);
  }

  /** Most riders have the same position, and get the same object; one that is ahead gets the rest. */
  #hand(passenger: Passenger, run: Run, trimmed = new Map<number, Run | null | "hole">()): void {
    const { position } = passenger;
    if (position === null) return;
    let part = position.seq === run.after ? run : trimmed.get(position.seq);
    if (part === undefined) {
      part = behind(position.seq, run);
      trimmed.set(position.seq, part);
    }
    if (part === null || part === "hole") return;
    passenger.position = { epoch: position.epoch, seq: endOf(part) };
    passenger.rider.events(part);
  }

  /** A rider that is behind gets what was handed out meanwhile; when that is not kept, everybody's feed goes back to it. */
  #catchUp(passenger: Passenger, { seq }: LogPosition): void {
    if (seq >= this.#seq) return;
    for (const run of this.#recent.list) this.#hand(passenger, run);
    this.#seq = Math.min(this.#seq, passenger.position?.seq ?? seq);
  }

  #forget(): void {
    if (this.#awaited.size > 0) return;
    this.#recent.clear();
    this.#tellings.clear();
  }

  #begin(epoch: string, seq: number): void {
    if (this.#epoch !== null) this.#cut({ epoch, seq });
    this.#epoch = epoch;
    this.#seq = seq;
  }

  /** The log went on without everybody who has not come as far as this. */
  #cut(position: LogPosition): true {
    if (position.epoch !== this.#epoch) {
      this.#held.clear();
      this.#recent.clear();
      this.#target = position.seq;
    }
    this.#epoch = position.epoch;
    this.#seq = position.seq;
    for (const passenger of this.#standing) {
      const { epoch, seq } = passenger.position ?? position;
      if (epoch !== position.epoch || seq < position.seq) this.#reset(passenger, position);
    }
    return true;
  }

  #reset(passenger: Passenger, position: LogPosition): void {
    passenger.position = position;
    passenger.rider.reset(position.epoch, position.seq);
  }
}
