import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import type { PresencePage } from "../../contracts/services.ts";

type Present = { readonly person: Person; connections: number };
export type PresenceChange = {
  readonly joined: readonly Person[];
  readonly left: readonly Person[];
  readonly count: number;
};

/** Who is here. Presence is per connection: a user is here while any connection is. [PR1] */
export class Presence {
  readonly #present = new Map<number, Present>();
  /** What the room was last told, for those that changed since. */
  readonly #touched = new Map<number, { readonly person: Person; readonly wasHere: boolean }>();

  get count(): number {
    return this.#present.size;
  }

  get changed(): boolean {
    return this.#touched.size > 0;
  }

  has(userId: number): boolean {
    return this.#present.has(userId);
  }

  /** A connection came. */
  join(person: Person): void {
    this.#touch(person);
    this.restore(person);
  }

  /** A connection that everybody knows of already, after a wake. */
  restore(person: Person): void {
    const present = this.#present.get(person.id);
    if (present === undefined) this.#present.set(person.id, { person, connections: 1 });
    else present.connections++;
  }

  /** A connection went. */
  leave(person: Person): void {
    const present = this.#present.get(person.id);
    if (present === undefined) return;
    this.#touch(person);
    present.connections--;
    if (present.connections === 0) this.#present.delete(person.id);
  }

  /** A connection that everybody knew of went while nobody looked. */
  gone(person: Person): void {
    if (!this.#touched.has(person.id)) this.#touched.set(person.id, { person, wasHere: true });
  }

  /** What changed since the last time, or null. Somebody who came and went in between is no change. */
  takeChange(): PresenceChange | null {
    const touched = [...this.#touched.values()];
    this.#touched.clear();
    const joined = touched.filter(({ person, wasHere }) => !wasHere && this.#present.has(person.id));
    const left = touched.filter(({ person, wasHere }) => wasHere && !this.#present.has(person.id));
    if (joined.length === 0 && left.length === 0) return null;
    return { joined: names(joined), left: names(left), count: this.count };
  }

  /** Some of those who are here, in no order. */
  some(max: number): readonly Person[] {
    const found: Person[] = [];
    for (const { person } of this.#present.values()) {
      if (found.length >= max) break;
      found.push(person);
    }
    return found;
  }

  /** A page ordered by user id. */
  page(after: number, limit: number): PresencePage {
    const ids = [...this.#present.keys()].filter((id) => id > after).sort((a, b) => a - b);
    const users = ids.slice(0, limit).flatMap((id) => this.#present.get(id)?.person ?? []);
    return { count: this.count, users, more: ids.length > limit };
  }

  #touch(person: Person): void {
    if (!this.#touched.has(person.id)) {
      this.#touched.set(person.id, { person, wasHere: this.#present.has(person.id) });
    }
  }
}

function names(list: readonly { readonly person: Person }[]): readonly Person[] {
  return list.slice(0, limits.PRESENCE_NAMES_MAX).map(({ person }) => person);
}

/** How many names a change is told with: in a room that fills, names times seats would be most of what it says. [GS9] */
export function namesTold(seats: number): number {
  return Math.min(limits.ROOM_INFO_NAMES_MAX, Math.ceil(limits.ROOM_INFO_NAMES_TOLD_MAX / Math.max(1, seats)));
}
