import { fail, type Reply } from "../../../contracts/reply.ts";
import type { ProfilePatch } from "../../../contracts/rooms.ts";
import type { Caller, RoomContext } from "../room-context.ts";

/** What a room's owner says of it, and the lobby that shows it. */
export class Profile {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  change(_by: Caller, _patch: ProfilePatch): Reply<null> {
    return fail("unsupported", this.#room.name);
  }
  /** The job behind the alarm: tells the lobby what the room is now. */
  async tellLobby(): Promise<undefined> {}
}
