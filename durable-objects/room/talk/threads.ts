import { fail, type Reply } from "../../../contracts/reply.ts";
import type { ThreadPage, ThreadQuery } from "../../../contracts/rooms.ts";
import type { RoomContext } from "../room-context.ts";

/** Messages and what answers them. */
export class Threads {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  /** `first`: the oldest seq that the reader may see. */
  page(_query: ThreadQuery, _first: number): Reply<ThreadPage> {
    return fail("unsupported", this.#room.name);
  }
}
