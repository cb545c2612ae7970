import type { RoomEvent } from "../../../contracts/event.ts";
import type { Counters, EventStore } from "../event-store.ts";
import type { LogStart } from "./log-start.ts";

type Parts = {
  /** Does work in one transaction, all of it or nothing. */
  readonly atomically: (work: () => void) => void;
  readonly events: EventStore;
  readonly start: LogStart;
};

/** Puts events of an import on a log, with the seqs that they have. Answers each time how its counters stand then. */
export class LogImport {
  readonly #atomically: Parts["atomically"];
  readonly #events: EventStore;
  readonly #start: LogStart;

  constructor({ atomically, events, start }: Parts) {
    this.#atomically = atomically;
    this.#events = events;
    this.#start = start;
  }

  /** The log begins behind these counters. */
  beginAt(counters: Counters): Counters {
    this.#start.write(counters);
    this.#start.take(counters);
    return counters;
  }

  /** The next events, in one transaction with what `write` does. The first ones say where the log begins. */
  adopt(counters: Counters, events: readonly RoomEvent[], write: () => void): Counters {
    const [first, last] = [events[0], events.at(-1)];
    if (first === undefined || last === undefined) return counters;
    const start = { head: first.seq - 1, messages: first.messageNo - (first.kind === "message" ? 1 : 0), at: 0 };
    const begins = counters.head === 0 && start.head > 0;
    this.#atomically(() => {
      if (begins) this.#start.write(start);
      for (const event of events) this.#events.restore(event);
      write();
    });
    if (begins) this.#start.take(start);
    return { head: last.seq, messages: last.messageNo, at: last.at };
  }
}
