import type { Pin } from "../../../contracts/rooms.ts";
import type { RoomContext } from "../room-context.ts";

/** Messages that are pinned, the newest pin first. */
export class Pins {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  all(_first: number): readonly Pin[] {
    throw new Error(this.#room.name);
  }
}
