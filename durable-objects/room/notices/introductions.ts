import { describeError, log } from "../../../contracts/log.ts";
import { directPair } from "../../../contracts/names.ts";
import type { Namespace, UserStub } from "../../../contracts/objects.ts";
import { outsideTrace } from "../../../contracts/trace-context.ts";
import type { Conversation } from "../doors/conversation.ts";
import type { RoomContext } from "../room-context.ts";

type Parts = Pick<RoomContext, "name" | "kind" | "log" | "people" | "notices"> & {
  readonly conversation: Pick<Conversation, "open">;
  readonly env: { readonly USER: Namespace<Pick<UserStub, "person">> };
};

/** Puts conversations of two into both inboxes, however they began: a message needs no invitation there. [IN1] */
export class Introductions {
  readonly #room: Parts;
  #done = false;

  constructor(room: Parts) {
    this.#room = room;
  }

  /** Call it when the log has grown, and when the object starts. In other rooms, and the second time, it costs nothing. */
  begin(): void {
    if (this.#done || this.#room.kind !== "direct" || this.#room.log.head === 0) return;
    this.#done = true;
    this.#room.conversation.open();
    void outsideTrace(() => this.#learnNames());
  }

  /** Who was only written to has no name here yet, and the conversation bears it in the other's inbox. */
  async #learnNames(): Promise<void> {
    const { people, env, notices } = this.#room;
    try {
      for (const userId of this.#pair()) {
        if (people.nameOf(userId) !== null) continue;
        const person = await env.USER.getByName(String(userId)).person();
        if (person !== null) people.remember(person);
        notices.stir();
      }
    } catch (error) {
      log("warn", "a conversation does not know a name yet", { error: describeError(error) });
    }
  }

  #pair(): readonly number[] {
    return directPair(this.#room.name) ?? [];
  }
}
