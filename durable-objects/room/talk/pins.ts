import type { Pin } from "../../../contracts/rooms.ts";
import type { RoomContext } from "../room-context.ts";
import { PinStore } from "./pin-store.ts";

/** Messages that are pinned, the newest pin first. */
export class Pins {
  readonly #room: Pick<RoomContext, "log" | "people">;
  readonly #store: PinStore;

  constructor(room: Pick<RoomContext, "storage" | "log" | "people">) {
    this.#room = room;
    this.#store = new PinStore(room.storage.sql);
  }

  /** Each with its message as it reads now; `first` is the oldest seq that the reader may see. [TA9] */
  all(first: number): readonly Pin[] {
    const { log, people } = this.#room;
    return this.#store.all().flatMap(({ seq, actor, at }): readonly Pin[] => {
      const message = seq < first ? undefined : log.after(seq - 1, 1, 0)[0]?.event;
      return message?.seq === seq ? [{ by: people.personOf(actor), at, message }] : [];
    });
  }
}
