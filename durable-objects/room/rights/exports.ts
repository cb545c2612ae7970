import { fail, type Reply } from "../../../contracts/reply.ts";
import type { ExportHead, OwnPage } from "../../../contracts/rooms.ts";
import type { Caller, RoomContext } from "../room-context.ts";

/** What may be taken away: the room for its members, and for everybody what is their own. */
export class Exports {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  head(_by: Caller): Reply<ExportHead> {
    return fail("unsupported", this.#room.name);
  }
  own(_userId: number, _from: number, _limit: number): Reply<OwnPage> {
    return fail("unsupported");
  }
}
