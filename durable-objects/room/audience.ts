import type { Person } from "../../contracts/event.ts";
import type { FailureName } from "../../contracts/failures.ts";
import { Op, type RoomInfoFrame } from "../../contracts/gochat.ts";
import { limits } from "../../contracts/limits.ts";
import { roomKind } from "../../contracts/names.ts";
import type { ServerFrame } from "../../contracts/native.ts";
import type { CarrierSeat, CarrierStub, Namespace } from "../../contracts/objects.ts";
import { closeSocket } from "../lib/sockets.ts";
import { CarrierLinks } from "./carrier-links.ts";
import type { EventLog } from "./event-log.ts";
import { FlushClock } from "./flush-clock.ts";
import { NativeSeats } from "./native-seats.ts";
import type { People } from "./people.ts";
import { namesTold, Presence } from "./presence.ts";
import type { Seat } from "./seat.ts";

type Parts = {
  readonly ctx: DurableObjectState;
  readonly carriers: Namespace<CarrierStub>;
  readonly room: string;
  readonly log: EventLog;
  readonly people: People;
  /** Whether a user may be here. */
  readonly mayStay: (userId: number) => boolean;
};

const FLUSH_MS_MIN = 5;
const SEATS_FLUSHED_PER_MS = 40;
const PRESENCE_MS_MAX = 500;
const SEATS_TOLD_PER_MS = 8;
const SWEEP_MS = 10_000;

/** Everybody who is in the room, on own sockets and on carriers, and what they are told when. */
export class Audience {
  readonly #ctx: DurableObjectState;
  readonly #room: string;
  readonly seats: NativeSeats;
  readonly presence = new Presence();
  readonly links: CarrierLinks;
  readonly #typing = new Map<number, Person>();
  /** Users with a further socket on a carrier, who have not been told yet who is here. */
  readonly #newSockets = new Set<number>();
  readonly #events: FlushClock;
  readonly #transients: FlushClock;
  #sweptAtMs = 0;

  constructor({ ctx, carriers, room, log, people, mayStay }: Parts) {
    this.#ctx = ctx;
    this.#room = room;
    this.seats = new NativeSeats(log);
    this.links = new CarrierLinks(ctx.storage.sql, carriers, room, log, {
      came: (person) => this.#came(person),
      restored: (person) => this.presence.restore(person),
      went: (person) => this.#went(person),
      gone: (person) => this.#gone(person),
      personOf: (seat: CarrierSeat) => toPerson(seat.userId, people),
      mayStay,
    });
    this.#events = new FlushClock(
      () => Math.max(FLUSH_MS_MIN, this.size / SEATS_FLUSHED_PER_MS),
      () => this.flush(),
    );
    this.#transients = new FlushClock(
      () => Math.min(PRESENCE_MS_MAX, Math.max(FLUSH_MS_MIN, this.size / SEATS_TOLD_PER_MS)),
      () => void this.#flushTransients(),
    );
  }

  get size(): number {
    return this.seats.size + this.links.size;
  }

  get full(): boolean {
    return this.size >= limits.SEATS_PER_ROOM_MAX;
  }

  /** A seat that the runtime kept while the room slept. */
  restore(seat: Seat): void {
    this.seats.restore(seat);
    if (seat.seated) this.presence.restore(seat.person);
  }

  /** The log has grown. */
  grown(): void {
    this.#events.request();
  }

  /** A native seat said its first hello. */
  joined(seat: Seat): void {
    this.#came(seat.person);
  }

  /** Somebody who is here came with a further socket on a carrier: only that user is told who is here. [GS8] */
  cameAgain(userId: number): void {
    this.#newSockets.add(userId);
    this.#transients.request();
  }

  typing(person: Person): void {
    this.#typing.set(person.id, person);
    this.#transients.request();
  }

  /** Tells all native seats, or those of one user, what is true for a moment. [CR4] */
  tell(frame: ServerFrame, onlyUserId?: number): void {
    this.seats.broadcast(frame, (seat) => this.#seenAtMs(seat), onlyUserId);
  }

  /** Takes a seat away and closes its socket. */
  drop(seat: Seat, failure: FailureName, reason?: string): void {
    this.left(seat);
    closeSocket(seat.socket, failure, reason);
  }

  /** A socket closed. */
  left(seat: Seat): void {
    if (this.seats.remove(seat) && seat.seated) this.#went(seat.person);
  }

  /** Seats of dead sessions: first nothing reaches them any more, then they are closed. [RR2] */
  end(sessionIds: ReadonlySet<string>): number {
    const ended = [...this.seats.all()].filter((seat) => sessionIds.has(seat.sessionId));
    for (const seat of ended) this.drop(seat, "session");
    this.links.end(sessionIds);
    return ended.length;
  }

  /** Seats of a user who may not be here any more. Answers how many there were. */
  expel(userId: number, reason?: string): number {
    const theirs = [...this.seats.all()].filter(({ person }) => person.id === userId);
    for (const seat of theirs) this.drop(seat, "forbidden", reason);
    return theirs.length + this.links.expel(userId);
  }

  /** Every user whose seat is known, on an own socket or on a carrier. */
  users(): ReadonlySet<number> {
    const native = Array.from(this.seats.all(), ({ person }) => person.id);
    return new Set([...native, ...this.links.users()]);
  }

  /** The room was deleted: everybody goes, and clients are told not to come back. [RM7] */
  close(): Promise<void> {
    const told = this.links.close();
    for (const seat of [...this.seats.all()]) this.drop(seat, "notFound", "the room was deleted");
    return told;
  }

  /** Closes what shows no sign of life or outlived its session: on a wake, then every 10 s at most. [PR2] [RR6] */
  sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < SWEEP_MS) return;
    this.#sweptAtMs = nowMs;
    for (const seat of [...this.seats.all()]) {
      if (seat.expiresAtMs <= nowMs) this.drop(seat, "session");
      else if (nowMs - this.#seenAtMs(seat) > limits.SILENCE_MS_MAX) this.drop(seat, "idle");
    }
  }

  /** Who is here, at most 60 s stale: half-open peers are swept and carriers were asked. */
  async present(): Promise<Presence> {
    this.sweep(Date.now());
    await this.links.load();
    return this.presence;
  }

  /** gochat's op 5. */
  roomInfo(namesMax: number = limits.ROOM_INFO_NAMES_MAX): RoomInfoFrame {
    const some = this.presence.some(namesMax);
    const roomUserInfo = Object.fromEntries(some.map(({ id, name }) => [String(id), name]));
    return { op: Op.roomInfo, roomId: Number(this.#room), count: this.presence.count, roomUserInfo };
  }

  #seenAtMs(seat: Seat): number {
    const answeredAt = this.#ctx.getWebSocketAutoResponseTimestamp(seat.socket)?.getTime() ?? 0;
    return Math.max(answeredAt, seat.seenAtMs);
  }

  #came(person: Person): void {
    this.presence.join(person);
    this.#transients.request();
  }

  #went(person: Person): void {
    this.presence.leave(person);
    this.#transients.request();
  }

  #gone(person: Person): void {
    this.presence.gone(person);
    this.#transients.request();
  }

  /** Everybody who keeps up is handed what the log has. The clock does it in time; a cut does not wait for the clock. */
  flush(): void {
    // First, so that a session that expired while the room slept gets nothing of what woke it.
    this.sweep(Date.now());
    this.seats.flush();
    this.links.deliver(this.seats.flushed);
  }

  async #flushTransients(): Promise<void> {
    if (this.presence.changed) await this.links.load();
    const change = this.presence.takeChange();
    const typing = [...this.#typing.values()];
    this.#typing.clear();
    if (change !== null) this.tell({ type: "presence", ...change });
    if (typing.length > 0) this.tell({ type: "typing", users: typing.slice(0, limits.PRESENCE_NAMES_MAX) });
    const again = [...this.#newSockets];
    this.#newSockets.clear();
    if (roomKind(this.#room) !== "numbered") return;
    if (change !== null) this.links.deliver(this.seats.flushed, this.roomInfo(namesTold(this.links.size)));
    else if (again.length > 0) await this.links.tellUsers(this.roomInfo(), again);
  }
}

function toPerson(id: number, people: People): Person | null {
  const name = people.nameOf(id);
  return name === null ? null : { id, name };
}
