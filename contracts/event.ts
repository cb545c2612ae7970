/** Kinds of events on a room's log. Open: a reader keeps what it does not know and counts its seq. */
export type EventKind = "message";

/** Who did something, as everybody in the room sees it. */
export type Person = { readonly id: number; readonly name: string };

/** What the sender's client said of a message, repeated to its readers as it is. */
export type ClientStamp = { readonly id?: string; readonly atMs?: number };

/** One entry of a room's log. Presence and typing are not events and have no seq. */
export type RoomEvent = {
  readonly seq: number;
  readonly kind: EventKind;
  readonly from: Person;
  /** Milliseconds since 1970 on the room's clock; never goes back within a room. */
  readonly at: number;
  /** How many messages the log held with this event; unread = messageNo(head) - messageNo(read). */
  readonly messageNo: number;
  readonly body?: string;
  /** The seq that this message answers. */
  readonly replyTo?: number;
  /** Only on messages that came with one. */
  readonly stamp?: ClientStamp;
};

/** A run of events that follows `after` without a gap. */
export type EventPage = {
  readonly epoch: string;
  /** The seq before the first event of this page. */
  readonly after: number;
  readonly events: readonly RoomEvent[];
  /** Whether the log holds more in the direction that was asked for. */
  readonly more: boolean;
  /** The newest seq of the log. */
  readonly head: number;
  /** The oldest seq that is retained. */
  readonly first: number;
};
