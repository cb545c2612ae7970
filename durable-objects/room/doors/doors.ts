import type { Person } from "../../../contracts/event.ts";
import { fail, type Reply } from "../../../contracts/reply.ts";
import type { Invitation, InvitationTerms, NewInvitation, RoomDescription } from "../../../contracts/rooms.ts";
import type { Caller, RoomContext } from "../room-context.ts";

/** Ways into a room: joining and invitations. */
export class Doors {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  /** For somebody whose session lives, who need not be allowed to use the room yet. */
  async join(_person: Person, _invitation: string | null): Promise<Reply<null>> {
    return fail("unsupported", this.#room.name);
  }
  invitations(_by: Caller): Reply<readonly Invitation[]> {
    return fail("unsupported");
  }
  async invite(_by: Caller, _terms: InvitationTerms): Promise<Reply<NewInvitation>> {
    return fail("unsupported");
  }
  revoke(_by: Caller, _id: string): Reply<null> {
    return fail("unsupported");
  }
  /** In a conversation of two. */
  open(_by: Caller, _other: Person): Reply<RoomDescription> {
    return fail("unsupported");
  }
}
