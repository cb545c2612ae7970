import type { Glance } from "../../../contracts/rooms.ts";
import type { RoomContext } from "../room-context.ts";

/** The room as a user's inbox shows it. */
export class Glances {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  of(_userId: number, _blocked: readonly number[]): Glance | null {
    throw new Error(this.#room.name);
  }
}
