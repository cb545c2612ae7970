import type { Identity } from "../../../contracts/identity.ts";
import type { CarrierSeat } from "../../../contracts/objects.ts";
import { SeatDigest } from "../../../contracts/seat-digest.ts";
import { Groups } from "../groups.ts";

/** Somebody whom a replica holds in a room. */
export type UplinkSeat = {
  /** The replica's name for it. */
  readonly connection: string;
  /** The room's name for it: another uplink of the same replica may call another seat the same. */
  readonly roomConnection: string;
  readonly room: string;
  readonly identity: Identity;
  /** When it was asked for, where the replica said so. */
  readonly sinceMs: number | undefined;
  /** Whether it counts for its session's attachment. */
  isAttached: boolean;
  /** Whether the room has taken it in. */
  isStanding: boolean;
};

/** The seats of one uplink, found by connection, by room, by user and by session. */
export class UplinkSeats {
  readonly #all = new Map<string, UplinkSeat>();
  readonly #rooms = new Groups<string, UplinkSeat>();
  readonly #users = new Groups<number, UplinkSeat>();
  readonly #sessions = new Groups<string, UplinkSeat>();

  readonly #digests = new Map<string, SeatDigest>();

  get size(): number {
    return this.#all.size;
  }

  all(): readonly UplinkSeat[] {
    return [...this.#all.values()];
  }

  of(connection: string): UplinkSeat | undefined {
    return this.#all.get(connection);
  }

  has(seat: UplinkSeat): boolean {
    return this.#all.get(seat.connection) === seat;
  }

  inRoom(room: string): ReadonlySet<UplinkSeat> {
    return this.#rooms.of(room);
  }

  /** What the room compares with what it knows; undefined where nobody sits. [CA3] */
  digest(room: string): string | undefined {
    return this.#digests.get(room)?.text;
  }

  ofUser(userId: number): ReadonlySet<UplinkSeat> {
    return this.#users.of(userId);
  }

  ofSession(sessionId: string): ReadonlySet<UplinkSeat> {
    return this.#sessions.of(sessionId);
  }

  add(seat: UplinkSeat): void {
    this.#all.set(seat.connection, seat);
    this.#rooms.add(seat.room, seat);
    const digest = this.#digests.get(seat.room) ?? new SeatDigest();
    digest.add(seat.roomConnection);
    this.#digests.set(seat.room, digest);
    this.#users.add(seat.identity.userId, seat);
    this.#sessions.add(seat.identity.sessionId, seat);
  }

  /** False when it was gone already. */
  remove(seat: UplinkSeat): boolean {
    if (!this.has(seat)) return false;
    this.#rooms.remove(seat.room, seat);
    this.#digests.get(seat.room)?.remove(seat.roomConnection);
    if (this.#rooms.of(seat.room).size === 0) this.#digests.delete(seat.room);
    this.#users.remove(seat.identity.userId, seat);
    this.#sessions.remove(seat.identity.sessionId, seat);
    return this.#all.delete(seat.connection);
  }
}

/** How a room knows a seat. */
export function toCarrierSeat({ roomConnection, identity }: UplinkSeat): CarrierSeat {
  return { connection: roomConnection, userId: identity.userId, sessionId: identity.sessionId };
}
