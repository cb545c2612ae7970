import type { Person, RoomEvent } from "../../contracts/event.ts";
import type { FaultyLane } from "./faulty-lane.ts";

/** A room on memory: a log, and lanes to whoever sits in it. */
export class FaultyRoom {
  readonly log: RoomEvent[] = [];
  readonly #lanes = new Map<FaultyLane, Person>();
  readonly #seqs = new Map<string, number>();

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** The people by id, as gochat's op 5 has them. */
  get people(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#lanes.values()].map(({ id, name }) => [String(id), name]));
  }

  seat(lane: FaultyLane, person: Person): void {
    this.#lanes.set(lane, person);
  }

  leave(lane: FaultyLane): void {
    this.#lanes.delete(lane);
    lane.flush();
  }

  /** Accepts a message, once for each id of a sender, and answers its seq. `after` runs before anybody gets it. */
  accept(from: Person, body: string, id: string | null = null, after = (_seq: number) => {}): number {
    const key = id === null ? null : `${from.id} ${id}`;
    const known = key === null ? undefined : this.#seqs.get(key);
    if (known !== undefined) {
      after(known);
      return known;
    }
    const seq = this.log.length + 1;
    if (key !== null) this.#seqs.set(key, seq);
    const event: RoomEvent = { seq, kind: "message", from, at: Date.now(), messageNo: seq, body };
    this.log.push(event);
    after(seq);
    for (const lane of this.#lanes.keys()) lane.deliver(event);
    return seq;
  }
}
