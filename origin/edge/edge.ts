import type { EventPage, Person, RoomEvent } from "../../contracts/event.ts";
import type { DirectMessage, GochatFrame } from "../../contracts/gochat.ts";
import type { PageQuery } from "../../contracts/native.ts";
import type { Refusal, Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";

/** A run of a room's events. The same object goes to every rider of the room, so that what is made of it is made once. */
export type Run = { readonly room: string; readonly after: number; readonly events: readonly RoomEvent[] };

/** A connection of the origin that sits in a room of the edge. Calls come one after the other and must not throw. */
export type Rider = {
  /** The next run. Runs chain: `after` is the last seq of the run before, or the seat's seq; none comes twice. */
  readonly events: (run: Run) => void;
  /** gochat's op 4 and 5. */
  readonly told: (frame: GochatFrame) => void;
  readonly direct: (messages: readonly DirectMessage[]) => void;
  /** The log went on without this rider (another epoch, or a cut): what comes next starts behind `seq`. */
  readonly reset: (epoch: string, seq: number) => void;
  /** The seat is gone for good. Nothing follows. */
  readonly ended: (refusal: Refusal) => void;
};

/** A seat that stands. It is taken again by itself whenever the uplink comes back, and misses nothing meanwhile. */
export type OriginSeat = {
  readonly person: Person;
  readonly epoch: string;
  /** Runs come from here on. */
  readonly seq: number;
  /** At most `seq`: what lies between came after the seat was asked for, and is read from the log. */
  readonly after: number;
  /** Gives the seat back. A second call changes nothing. */
  readonly leave: () => void;
};

/**
 * A seat in a room for a token's user. `askedMsAgo`: how long ago it was asked for, where what came meanwhile counts; it
 * may have come over another replica, and overtaken.
 */
export type SeatWish = { readonly token: string; readonly room: string; readonly askedMsAgo?: number };

/** The edge, as the origin's services see it: one uplink behind it. Nothing here throws or rejects. */
export type Edge = {
  /** Whether the uplink stands. */
  readonly isUp: boolean;
  /** Since when it does not, in milliseconds since 1970; null while it stands. */
  readonly downSinceMs: number | null;
  /** Calls back after each change of isUp, until the function that it answers is called. */
  readonly onChange: (listener: () => void) => () => void;
  /**
   * Takes a seat. Without an uplink it waits for one at most SERVICE_WAIT_MS_MAX, and for the edge's answer at most
   * SEAT_WAIT_MS_MAX; then it is `unavailable`. Runs may come before the answer does.
   */
  readonly seat: (wish: SeatWish, rider: Rider) => Promise<Reply<OriginSeat>>;
  /**
   * Sends at once or not at all: `unavailable` while the uplink is down, and also when it broke before the answer came,
   * when the message may be on the log or not; the same id sent again tells.
   */
  readonly send: (token: string, room: string, message: Outgoing) => Promise<Reply<Sent>>;
  readonly history: (token: string, room: string, query: PageQuery) => Promise<Reply<EventPage>>;
};

/** The edge, for who sends what was kept. */
export type SeriesEdge = Edge & {
  /**
   * Sends messages that must not overtake each other, at most OUTBOX_SERIES_MAX with OUTBOX_SERIES_BYTES_MAX of texts: one
   * that is refused for now ends the series. Answers what was tried, in order; the rest was not.
   */
  readonly sendSeries: (
    token: string,
    room: string,
    messages: readonly Outgoing[],
  ) => Promise<Reply<readonly Reply<Sent>[]>>;
};
