import type { Person } from "../../contracts/event.ts";

/** What gochat's keys have to say of a user in a room: the name while the user sits there, and whether anywhere. */
export type Whereabouts = {
  readonly room: string;
  readonly userId: string;
  readonly name: string | null;
  readonly isHere: boolean;
};

type Seat = { readonly field: string; readonly userId: string };
type Presence = { name: string; connections: number };

const NUMBERED = /^[1-9][0-9]{0,15}$/;

/** The connections of one replica, counted by room and user. Only numbered rooms have keys. [RK1] */
export class Seats {
  readonly #connections = new Map<string, Seat>();
  readonly #presences = new Map<string, Presence>();
  readonly #users = new Map<string, number>();

  /** The "room:user" that changed, if any did. */
  come(connection: string, room: string, person: Person): string[] {
    const left = this.go(connection);
    if (!NUMBERED.test(room)) return left;
    const userId = String(person.id);
    const field = `${room}:${userId}`;
    const presence = this.#presences.get(field) ?? { name: person.name, connections: 0 };
    this.#presences.set(field, { name: person.name, connections: presence.connections + 1 });
    this.#users.set(userId, (this.#users.get(userId) ?? 0) + 1);
    this.#connections.set(connection, { field, userId });
    return [...left, field];
  }

  /** The "room:user" that changed, if any did. */
  go(connection: string): string[] {
    const seat = this.#connections.get(connection);
    if (seat === undefined) return [];
    this.#connections.delete(connection);
    const presence = this.#presences.get(seat.field);
    if (presence !== undefined) presence.connections -= 1;
    if (presence?.connections === 0) this.#presences.delete(seat.field);
    const elsewhere = (this.#users.get(seat.userId) ?? 1) - 1;
    if (elsewhere === 0) this.#users.delete(seat.userId);
    else this.#users.set(seat.userId, elsewhere);
    return [seat.field];
  }

  get fields(): string[] {
    return [...this.#presences.keys()];
  }

  whereabouts(field: string): Whereabouts {
    const [room = "", userId = ""] = field.split(":");
    const name = this.#presences.get(field)?.name ?? null;
    return { room, userId, name, isHere: this.#users.has(userId) };
  }
}
