import { limits } from "../../../contracts/limits.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { ThreadPage, ThreadQuery } from "../../../contracts/rooms.ts";
import { EventStore } from "../event-store.ts";
import type { RoomContext } from "../room-context.ts";

/** Messages and what answers them. */
export class Threads {
  readonly #log: RoomContext["log"];
  readonly #events: EventStore;

  constructor({ storage, log, people }: Pick<RoomContext, "storage" | "log" | "people">) {
    this.#log = log;
    this.#events = new EventStore(storage.sql, people);
  }

  /** The thread of any of its messages, in pages; `first` is the oldest seq that the reader may see. [TA2] */
  page({ seq, after, limit }: ThreadQuery, first: number): Reply<ThreadPage> {
    const place = seq < first ? null : this.#events.placeOf(seq);
    if (place === null) return fail("notFound", "the room has no message of this seq");
    if (!place.isMessage) return fail("badRequest", "this seq is not a message's");
    const root = place.thread < first ? undefined : this.#log.after(place.thread - 1, 1, 0)[0]?.event;
    if (root?.seq !== place.thread) return fail("notFound", "the message that this thread began with is not kept here");
    const { count, last } = this.#events.thread(root.seq);
    const events = this.#events.answers(root.seq, after, limit, limits.PAGE_BYTES_MAX).map(({ event }) => event);
    return ok({ root, events, more: (events.at(-1)?.seq ?? last) < last, count });
  }
}
