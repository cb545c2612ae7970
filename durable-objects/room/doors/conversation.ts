import type { Person } from "../../../contracts/event.ts";
import { directPair } from "../../../contracts/names.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import type { RoomContext } from "../room-context.ts";

const OPENED = "opened";

/** What is special about a conversation of two: it is there without being made, and opened once into both inboxes. [RO9] */
export class Conversation {
  readonly #room: RoomContext;
  readonly #pair: readonly [number, number] | null;
  #isOpen: boolean;

  constructor(room: RoomContext) {
    this.#room = room;
    this.#pair = directPair(room.name);
    this.#isOpen = room.meta.read(OPENED) !== null;
  }

  /** Puts the conversation into both inboxes, once, whoever asks and however often. Elsewhere it does nothing. */
  open(...known: readonly Person[]): void {
    if (this.#isOpen || this.#pair === null) return;
    const { storage, meta, people, notices } = this.#room;
    storage.transactionSync(() => {
      meta.write(OPENED, "1");
      for (const person of known) people.remember(person);
      for (const userId of new Set(this.#pair)) notices.post({ type: "membership", userId, isIn: true });
    });
    this.#isOpen = true;
    notices.deliver();
  }

  /** Whether everybody whom this conversation is with is known to exist; always so in other rooms. */
  get isWithSomebody(): boolean {
    return this.#pair === null || this.#pair.every((id) => this.#room.people.nameOf(id) !== null);
  }

  /** Asks who the two are, where that is not known yet: nobody writes to nobody. Null when both exist. */
  async refuseNobody(): Promise<Refusal | null> {
    const { env, people } = this.#room;
    for (const id of this.#pair ?? []) {
      if (people.nameOf(id) !== null) continue;
      const person = await env.USER.getByName(String(id)).person();
      if (person === null) return fail("notFound", "there is no such user");
      people.remember(person);
    }
    return null;
  }
}
