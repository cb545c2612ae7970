import type { CarrierSeat } from "../../contracts/objects.ts";
import { Groups } from "./groups.ts";
import type { Passenger } from "./passenger.ts";

/** The sockets of a carrier, found by socket, by room and by user. */
export class Passengers {
  readonly #all = new Map<WebSocket, Passenger>();
  readonly #rooms = new Groups<string, Passenger>();
  readonly #users = new Groups<number, Passenger>();

  get size(): number {
    return this.#all.size;
  }

  of(socket: WebSocket): Passenger | undefined {
    return this.#all.get(socket);
  }

  all(): readonly Passenger[] {
    return [...this.#all.values()];
  }

  inRoom(room: string): ReadonlySet<Passenger> {
    return this.#rooms.of(room);
  }

  ofUser(userId: number): ReadonlySet<Passenger> {
    return this.#users.of(userId);
  }

  /** The seats in a room, as that room sees them. */
  seats(room: string): readonly CarrierSeat[] {
    return [...this.inRoom(room)].flatMap((passenger) => toCarrierSeat(passenger) ?? []);
  }

  /** Takes a socket into the lists that fit what it says about itself now. */
  add(passenger: Passenger): void {
    this.#all.set(passenger.socket, passenger);
    if (passenger.room !== null) this.#rooms.add(passenger.room, passenger);
    if (passenger.identity !== null) this.#users.add(passenger.identity.userId, passenger);
  }

  /** Takes it out of every list; false when it was gone already. */
  remove(passenger: Passenger): boolean {
    if (passenger.room !== null) this.#rooms.remove(passenger.room, passenger);
    if (passenger.identity !== null) this.#users.remove(passenger.identity.userId, passenger);
    return this.#all.delete(passenger.socket);
  }
}

/** How a room knows this socket, or null for one that is nobody yet. */
export function toCarrierSeat({ connection, identity }: Passenger): CarrierSeat | null {
  return identity === null ? null : { connection, userId: identity.userId, sessionId: identity.sessionId };
}
