import type { FailureName } from "../../../contracts/failures.ts";
import type { Identity } from "../../../contracts/identity.ts";
import { describeError, log } from "../../../contracts/log.ts";
import type { Namespace, RoomStub } from "../../../contracts/objects.ts";
import { mapParallel } from "../../../contracts/parallel.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import type { Attachments } from "./attachments.ts";
import { toCarrierSeat, type UplinkSeat, type UplinkSeats } from "./uplink-seats.ts";
import type { Wire } from "./wire.ts";

type Parts = {
  readonly carrier: string;
  readonly wire: Pick<Wire, "push">;
  readonly seats: UplinkSeats;
  readonly rooms: Namespace<Pick<RoomStub, "seat" | "unseatMany">>;
  readonly attachments: Attachments;
  readonly isDead: (sessionId: string) => boolean;
};

/** Why a seat that stood has ended, where the failure's own words do not say it. */
const WHY: Readonly<Partial<Record<FailureName, string>>> = {
  forbidden: "you may not be here any more",
  notFound: "the room was deleted",
  busy: "too slow: take the seat again",
};
/** Rooms and users that are told at the same time. */
const TOLD_WIDTH = 32;

/** How people whom a replica holds come to sit in rooms, and how that ends. */
export class UplinkSeating {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Asks for a seat that stands in the lists already; says how it ended, unless the seat left meanwhile. [UP3] */
  async take(seat: UplinkSeat): Promise<void> {
    const { seats } = this.#parts;
    if (!seats.has(seat)) return;
    const refusal = await this.#tryTake(seat);
    if (refusal === null && seats.has(seat)) return;
    // Left while the room took it in, or the room may have taken it in without an answer: its leaving may have come first.
    await Promise.all([this.#tellRoom(seat.room, [seat]), this.#release(seat)]);
    if (refusal !== null && seats.remove(seat)) this.#sayUnseated(seat, refusal);
  }

  /** The replica gives a seat back. */
  async leave(seat: UplinkSeat): Promise<void> {
    if (!this.#parts.seats.remove(seat)) return;
    await Promise.all([this.#tellRoom(seat.room, [seat]), this.#release(seat)]);
  }

  /** Seats end: off the lists first, so that nothing reaches them any more; then the replica is told, and their rooms. */
  async dismiss(ended: Iterable<UplinkSeat>, failure: FailureName): Promise<void> {
    const removed = [...ended].filter((seat) => this.#parts.seats.remove(seat));
    for (const seat of removed) this.#sayUnseated(seat, fail(failure, WHY[failure]));
    await this.#forget(removed);
  }

  /** The uplink is gone, and all its seats with it. */
  async end(): Promise<void> {
    await this.#forget(this.#parts.seats.all().filter((seat) => this.#parts.seats.remove(seat)));
  }

  async #tryTake(seat: UplinkSeat): Promise<Refusal | null> {
    const { carrier, rooms, seats, wire } = this.#parts;
    const { connection, room, identity, roomConnection, sinceMs } = seat;
    try {
      const refusal = await this.#attach(seat, identity);
      if (refusal !== null) return refusal;
      const seated = await rooms.getByName(room).seat(identity, carrier, roomConnection, sinceMs);
      if (!seated.ok) return seated;
      if (!seats.has(seat)) return null;
      seat.isStanding = true;
      wire.push({ type: "seated", connection, room, ...seated.value, atMs: Date.now() });
      return null;
    } catch (error) {
      log("error", "a seat was not taken", { room, error: describeError(error) });
      return fail("unavailable");
    }
  }

  async #attach(seat: UplinkSeat, identity: Identity): Promise<Refusal | null> {
    seat.isAttached = true;
    const attached = await this.#parts.attachments.take(identity);
    if (!attached.ok) return attached;
    // Ended while the answer was on the way: the carrier was told, because attach came first.
    return this.#parts.isDead(identity.sessionId) ? fail("session") : null;
  }

  #sayUnseated({ connection }: UplinkSeat, { failure, message, retryAfterMs }: Refusal): void {
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.#parts.wire.push({ type: "unseated", connection, failure, message, ...wait });
  }

  async #forget(seats: readonly UplinkSeat[]): Promise<void> {
    const byRoom = [...Map.groupBy(seats, ({ room }) => room)];
    await mapParallel(byRoom, TOLD_WIDTH, ([room, theirs]) => this.#tellRoom(room, theirs));
    await mapParallel(seats, TOLD_WIDTH, (seat) => this.#release(seat));
  }

  async #tellRoom(room: string, seats: readonly UplinkSeat[]): Promise<void> {
    try {
      await this.#parts.rooms.getByName(room).unseatMany(this.#parts.carrier, seats.map(toCarrierSeat));
    } catch (error) {
      // The digest of the next delivery tells the room.
      log("warn", "room was not told of a leave", { room, error: describeError(error) });
    }
  }

  async #release(seat: UplinkSeat): Promise<void> {
    if (!seat.isAttached) return;
    seat.isAttached = false;
    await this.#parts.attachments.release(seat.identity);
  }
}
