import type { Person, RoomEvent } from "../../../contracts/event.ts";
import { fail, type Reply } from "../../../contracts/reply.ts";
import type { ExportHead } from "../../../contracts/rooms.ts";
import type { RoomContext } from "../room-context.ts";

/** An export becomes a new room, which nobody sees until it is finished. */
export class Imports {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  begin(_by: Person, _head: ExportHead, _keepAuthors: boolean): Reply<null> {
    return fail("unsupported", this.#room.name);
  }
  add(_by: Person, _events: readonly RoomEvent[]): Reply<null> {
    return fail("unsupported");
  }
  finish(_by: Person): Reply<null> {
    return fail("unsupported");
  }
}
