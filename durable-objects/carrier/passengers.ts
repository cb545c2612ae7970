import type { CarrierSeat } from "../../contracts/objects.ts";
import type { Passenger } from "./passenger.ts";

/** The sockets of a carrier, found by socket, by room and by user. */
export class Passengers {
  readonly #all = new Map<WebSocket, Passenger>();
  readonly #rooms = new Map<string, Set<Passenger>>();
  readonly #users = new Map<number, Set<Passenger>>();

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
    return this.#rooms.get(room) ?? new Set();
  }

  ofUser(userId: number): ReadonlySet<Passenger> {
    return this.#users.get(userId) ?? new Set();
  }

  /** The seats in a room, as that room sees them. */
  seats(room: string): readonly CarrierSeat[] {
    return [...this.inRoom(room)].flatMap((passenger) => toCarrierSeat(passenger) ?? []);
  }

  /** Takes a socket into the lists that fit what it says about itself now. */
  add(passenger: Passenger): void {
    this.#all.set(passenger.socket, passenger);
    if (passenger.room !== null) addTo(this.#rooms, passenger.room, passenger);
    if (passenger.identity !== null) addTo(this.#users, passenger.identity.userId, passenger);
  }

  /** Takes it out of every list; false when it was gone already. */
  remove(passenger: Passenger): boolean {
    if (passenger.room !== null) removeFrom(this.#rooms, passenger.room, passenger);
    if (passenger.identity !== null) removeFrom(this.#users, passenger.identity.userId, passenger);
    return this.#all.delete(passenger.socket);
  }
}

/** How a room knows this socket, or null for one that is nobody yet. */
export function toCarrierSeat({ connection, identity }: Passenger): CarrierSeat | null {
  return identity === null ? null : { connection, userId: identity.userId, sessionId: identity.sessionId };
}

function addTo<Key>(lists: Map<Key, Set<Passenger>>, key: Key, passenger: Passenger): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, new Set([passenger]));
  else list.add(passenger);
}

function removeFrom<Key>(lists: Map<Key, Set<Passenger>>, key: Key, passenger: Passenger): void {
  const list = lists.get(key);
  if (list?.delete(passenger) && list.size === 0) lists.delete(key);
}
