import type { FailureName } from "../../../contracts/failures.ts";
import { describeError, log } from "../../../contracts/log.ts";
import type { Namespace, RoomStub, Seated } from "../../../contracts/objects.ts";
import { mapParallel } from "../../../contracts/parallel.ts";
import { fail, type Refusal, type Reply } from "../../../contracts/reply.ts";
import { Slots } from "../../lib/slots.ts";
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
/**
 * Seats that are taken at the same time. A replica comes back with thousands of sessions at once: asked all together,
 * their user objects start side by side, and none of them answers before nearly all have started.
 */
export const TAKEN_AT_ONCE = 64;
/** Rooms and users that are told at the same time. */
const TOLD_WIDTH = 32;

/** How people whom a replica holds come to sit in rooms, and how that ends. */
export class UplinkSeating {
  readonly #parts: Parts;
  readonly #slots = new Slots(TAKEN_AT_ONCE);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Asks for a seat that is in the lists already; says how it ended, unless the seat left meanwhile. [UP3] */
  take(seat: UplinkSeat): Promise<void> {
    return this.#slots.run(() => this.#take(seat));
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

  async #take(seat: UplinkSeat): Promise<void> {
    const { seats } = this.#parts;
    if (!seats.has(seat)) return;
    const asked = await this.#ask(seat);
    if (asked.ok && seats.has(seat)) return this.#stand(seat, asked.value);
    // Refused by one of the two, or left meanwhile: the room may have taken it in, and its leaving may have come first.
    await Promise.all([this.#tellRoom(seat.room, [seat]), this.#release(seat)]);
    if (!asked.ok && seats.remove(seat)) this.#sayUnseated(seat, asked);
  }

  /**
   * Asks user object and room side by side: the room asks the same object about a session that is new to it, which then
   * stores both places in one commit. Answers when both have, so that what is taken back was given.
   */
  async #ask(seat: UplinkSeat): Promise<Reply<Seated>> {
    const [attached, seated] = await Promise.all([this.#attach(seat), this.#sit(seat)]);
    if (!attached.ok) return attached;
    // Ended while an answer was on the way: the carrier was told, because attach came first.
    return this.#parts.isDead(seat.identity.sessionId) ? fail("session") : seated;
  }

  async #attach(seat: UplinkSeat): Promise<Reply<unknown>> {
    seat.isAttached = true;
    try {
      return await this.#parts.attachments.take(seat.identity);
    } catch (error) {
      return notTaken(seat, error);
    }
  }

  async #sit(seat: UplinkSeat): Promise<Reply<Seated>> {
    const { carrier, rooms } = this.#parts;
    const { room, identity, roomConnection, sinceMs } = seat;
    try {
      return await rooms.getByName(room).seat(identity, carrier, roomConnection, sinceMs);
    } catch (error) {
      return notTaken(seat, error);
    }
  }

  #stand(seat: UplinkSeat, seated: Seated): void {
    const { connection, room } = seat;
    seat.isStanding = true;
    this.#parts.wire.push({ type: "seated", connection, room, ...seated, atMs: Date.now() });
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

function notTaken({ room }: UplinkSeat, error: unknown): Refusal {
  log("error", "a seat was not taken", { room, error: describeError(error) });
  return fail("unavailable");
}
