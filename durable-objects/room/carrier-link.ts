import type { Person } from "../../contracts/event.ts";
import type { GochatFrame } from "../../contracts/gochat.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { CarrierSeat, CarrierStub } from "../../contracts/objects.ts";
import { SeatDigest } from "../../contracts/seat-digest.ts";
import { Dismissals } from "./dismissals.ts";
import type { EventLog } from "./event-log.ts";

export type LinkSeat = CarrierSeat & { readonly person: Person };
type Seats = Map<string, LinkSeat>;

const DELIVERY_BYTES_MAX = 1_048_576;
const DELIVERY_EVENTS_MAX = 1_000;
const RETRY_MS = 1_000;
/** With the throttle of a sweep below the minute that presence may be stale. */
const CONFIRMED_MS_MAX = 45_000;

/** What a link tells the room about its seats when they turn out to differ. */
export type LinkListener = {
  readonly came: (person: Person) => void;
  /** Was here before the room slept. */
  readonly restored: (person: Person) => void;
  readonly went: (person: Person) => void;
  readonly personOf: (seat: CarrierSeat) => Person | null;
  /** Whether somebody whom a carrier names may still be here: what said otherwise may have been lost with a crash. */
  readonly mayStay: (userId: number) => boolean;
};

/**
 * A room's side of one carrier: one call at a time, each with everything since the last one, so that a slow carrier
 * gets larger runs and not more calls. A call that failed is made again from the same seq. [CA2]
 */
export class CarrierLink {
  readonly #room: string;
  readonly #log: EventLog;
  /** A fresh stub for each call: one whose object broke once (a crash, a new version) stays broken. */
  readonly #stub: () => CarrierStub;
  readonly #listener: LinkListener;
  #position: number;
  /** Null after a wake, until the carrier was asked. */
  #seats: Seats | null;
  #digest = new SeatDigest();
  #target: number;
  #frame: GochatFrame | null = null;
  #running = false;
  #suspect = false;
  #loading: Promise<void> | null = null;
  readonly #dismissals: Dismissals;
  /** What came (or went: null) while the carrier was asked; its answer may be older. */
  readonly #meanwhile = new Map<string, LinkSeat | null>();
  /** Who had to go while the carrier was asked. */
  readonly #expelled = new Set<number>();
  #confirmedAtMs = 0;

  constructor(room: string, roomLog: EventLog, stub: () => CarrierStub, listener: LinkListener, fresh: boolean) {
    this.#room = room;
    this.#log = roomLog;
    this.#stub = stub;
    this.#listener = listener;
    this.#position = roomLog.head;
    this.#target = roomLog.head;
    this.#seats = fresh ? new Map() : null;
    if (fresh) this.#confirmedAtMs = Date.now();
    this.#dismissals = new Dismissals({ room, stub, ended: () => roomLog.ended });
  }

  get known(): boolean {
    return this.#seats !== null;
  }

  get size(): number {
    return this.#seats?.size ?? 0;
  }

  /** Nobody sits there and no call is on its way: the room may forget this carrier. */
  get idleAndEmpty(): boolean {
    return this.#seats?.size === 0 && !this.#running && this.#loading === null && this.#dismissals.idle;
  }

  /** Whether the carrier has lately said who sits there; one that crashed would say nothing. [PR2] */
  isConfirmed(nowMs: number): boolean {
    return this.#seats !== null && nowMs - this.#confirmedAtMs < CONFIRMED_MS_MAX;
  }

  /** Whether a user has a seat there. */
  holds(userId: number): boolean {
    for (const seat of this.#seats?.values() ?? []) if (seat.userId === userId) return true;
    return false;
  }

  seats(): readonly LinkSeat[] {
    return [...(this.#seats?.values() ?? [])];
  }

  add(seat: LinkSeat): void {
    if (this.#seats === null || this.#seats.has(seat.connection)) return;
    this.#seats.set(seat.connection, seat);
    this.#digest.add(seat.connection);
    if (this.#loading !== null) this.#meanwhile.set(seat.connection, seat);
    this.#listener.came(seat.person);
  }

  remove(connection: string): void {
    if (this.#loading !== null) this.#meanwhile.set(connection, null);
    const seat = this.#seats?.get(connection);
    if (seat === undefined) return;
    this.#seats?.delete(connection);
    this.#digest.remove(connection);
    this.#listener.went(seat.person);
  }

  /**
   * Seats of a user who may not be here any more end: nothing that comes after leaves for this carrier before it knows.
   * Answers how many there were; one that was not asked yet is told all the same. [UP10]
   */
  expel(userId: number): number {
    const theirs = this.seats().filter((seat) => seat.userId === userId);
    const isSure = this.known && this.#loading === null;
    if (theirs.length === 0 && isSure) return 0;
    for (const { connection } of theirs) this.remove(connection);
    if (!isSure) this.#expelled.add(userId);
    this.#dismissals.say("forbidden", userId);
    return theirs.length;
  }

  /** Events up to `seq` may go out; `frame` replaces a frame that has not left yet. */
  deliver(seq: number, frame: GochatFrame | null = null): void {
    this.#target = Math.max(this.#target, seq);
    this.#frame = frame ?? this.#frame;
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** The room was deleted: the carrier closes its sockets in it, and refuses them when they come again. */
  async close(): Promise<void> {
    try {
      await this.#stub().dismiss(this.#room, "notFound");
    } catch (error) {
      log("warn", "carrier was not told of a deletion", { room: this.#room, error: describeError(error) });
    }
  }

  /** A frame to one user's sockets only. */
  async tell(frame: GochatFrame, userId: number): Promise<void> {
    await this.#stub().tell(this.#room, frame, userId);
  }

  /** Asks the carrier which seats it holds, and takes that as the truth. Callers at the same time share one answer. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
      this.#meanwhile.clear();
      this.#expelled.clear();
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const seats = await this.#stub().seats(this.#room);
    const found: Seats = new Map();
    for (const seat of seats) {
      const person = this.#expelled.has(seat.userId) ? null : this.#listener.personOf(seat);
      if (person === null) continue;
      if (this.#listener.mayStay(seat.userId)) found.set(seat.connection, { ...seat, person });
      else this.#dismissals.say("forbidden", seat.userId);
    }
    for (const [connection, seat] of this.#meanwhile) {
      if (seat === null) found.delete(connection);
      else found.set(connection, seat);
    }
    this.#tellDifference(this.#seats, found);
    this.#seats = found;
    this.#digest = new SeatDigest();
    for (const connection of found.keys()) this.#digest.add(connection);
    this.#confirm();
  }

  #confirm(): void {
    this.#suspect = false;
    this.#confirmedAtMs = Date.now();
  }

  #tellDifference(before: Seats | null, found: Seats): void {
    const { came, went, restored } = this.#listener;
    for (const [connection, { person }] of found) {
      if (before === null) restored(person);
      else if (!before.has(connection)) came(person);
    }
    for (const [connection, { person }] of before ?? []) if (!found.has(connection)) went(person);
  }

  async #run(): Promise<void> {
    while (!this.#log.ended && (this.#position < this.#target || this.#frame !== null)) {
      try {
        await this.#step();
      } catch (error) {
        log("warn", "carrier did not take a delivery", { room: this.#room, error: describeError(error) });
        await scheduler.wait(RETRY_MS);
      }
    }
    this.#running = false;
  }

  async #step(): Promise<void> {
    if (!this.#dismissals.idle) await this.#dismissals.told;
    const after = this.#position;
    if (!this.#log.reaches(after)) return this.#overflow();
    if (after < this.#target) {
      const run = this.#log.after(after, Math.min(DELIVERY_EVENTS_MAX, this.#target - after), DELIVERY_BYTES_MAX);
      const events = run.map(({ event }) => event);
      await this.#compare(await this.#stub().deliver({ room: this.#room, after, events }));
      this.#position = after + run.length;
    } else if (this.#frame !== null) {
      const frame = this.#frame;
      this.#frame = null;
      await this.#compare(await this.#stub().tell(this.#room, frame));
    }
  }

  /** A carrier that has fallen out of the room's memory loses its sockets in this room, visibly. [CA4] */
  async #overflow(): Promise<void> {
    log("warn", "carrier overflowed", { room: this.#room, position: this.#position, head: this.#target });
    await this.#stub().dismiss(this.#room, "busy");
    this.#position = this.#target;
    await this.load();
  }

  /** Two answers in a row that differ heal the picture; one may be a seat that is just being taken. [CA3] */
  async #compare(digest: string): Promise<void> {
    if (this.#seats !== null && digest === this.#digest.text) {
      this.#confirm();
    } else if (this.#suspect || this.#seats === null) {
      await this.load();
    } else {
      this.#suspect = true;
    }
  }
}
