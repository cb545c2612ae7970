import type { Person } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import type { RoomDraft, RoomVisibility } from "../../../contracts/rooms.ts";
import type { PostGate } from "../moderation/post-gate.ts";
import type { RoomContext } from "../room-context.ts";
import type { LobbyNews } from "./lobby-news.ts";

type Parts = RoomContext & { readonly gate: Pick<PostGate, "forget">; readonly lobby: Pick<LobbyNews, "changed"> };

/** How a named room begins to exist. */
export class Opening {
  readonly #room: Parts;

  constructor(room: Parts) {
    this.#room = room;
  }

  /**
   * Profile, owner, the other members and their letters in one transaction. Nothing of it is an event: they are there
   * from the start, and the first message of a room has seq 1. [RO1]
   */
  create(owner: Person, visibility: RoomVisibility, { members = [], ...rest }: RoomDraft): Refusal | null {
    const { kind, meta, gate, notices, lobby } = this.#room;
    if (kind !== "named") return fail("badRequest", "numbered rooms exist already");
    if (meta.visibility !== null) return fail("nameTaken", "a room of this name exists");
    if (members.length > limits.GROUP_MEMBERS_MAX) return fail("badRequest", "too many members to begin with");
    try {
      this.#room.storage.transactionSync(() => {
        meta.patch({ ...rest, visibility });
        this.#add(owner, members);
      });
    } catch (error) {
      for (const part of [meta, this.#room.people, this.#room.members]) part.forget();
      throw error;
    }
    gate.forget();
    notices.deliver();
    lobby.changed();
    return null;
  }

  #add(owner: Person, others: readonly Person[]): void {
    const { members, people, notices } = this.#room;
    for (const person of [owner, ...others]) {
      people.remember(person);
      members.add(person.id, person === owner ? "owner" : "member", Date.now());
      notices.post({ type: "membership", userId: person.id, isIn: true });
    }
  }
}
