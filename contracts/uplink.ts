import type { EventPage, Person, RoomEvent } from "./event.ts";
import type { FailureName } from "./failures.ts";
import type { DirectMessage, GochatFrame } from "./gochat.ts";
import type { PageQuery } from "./native.ts";
import type { Reply } from "./reply.ts";
import type { Outgoing, Sent } from "./services.ts";

/** Where the edge takes uplinks. The upgrade brings an "origin" token as its bearer and UPLINK_REPLICA_PARAM. */
export const UPLINK_PATH = "/api/v1/uplink";
/** The query parameter that names the replica: 1 to 64 letters, digits, - and _. A second uplink of a name replaces the first. */
export const UPLINK_REPLICA_PARAM = "replica";
/** What a replica may be called. */
export const REPLICA_NAME = /^[\w-]{1,64}$/;
/** The carrier that holds the uplink of a replica. */
export const UPLINK_CARRIER_PREFIX = "origin:";

/**
 * What a replica of the origin asks over its one uplink. One WebSocket text frame holds a JSON array of these; PING is
 * answered with PONG as on a native socket. What one session asks of one room is done in the order in which it was asked:
 * a send behind a seat comes after it.
 */
export type UplinkRequest =
  /**
   * `connection` is unique on this uplink. Answered by `seated` or `unseated`. `sinceMs`: when whoever wants the seat
   * asked for it, on the edge's clock; what the room took after that is for this seat too.
   */
  | {
      readonly type: "seat";
      readonly connection: string;
      readonly room: string;
      readonly token: string;
      readonly sinceMs?: number;
    }
  /** Nothing answers it. */
  | { readonly type: "unseat"; readonly connection: string }
  /** Answered by `answer` with a Sent. */
  | {
      readonly type: "send";
      readonly req: number;
      readonly token: string;
      readonly room: string;
      readonly message: Outgoing;
    }
  /**
   * Sends that must not overtake each other: one that is refused for now ends the series, and those behind it are not
   * taken. Answered by `answer` with a Reply<Sent> for each that was tried.
   */
  | {
      readonly type: "series";
      readonly req: number;
      readonly token: string;
      readonly room: string;
      readonly messages: readonly Outgoing[];
    }
  /** Answered by `answer` with an EventPage: what the token's user may see. */
  | {
      readonly type: "history";
      readonly req: number;
      readonly token: string;
      readonly room: string;
      readonly query: PageQuery;
    }
  /** The log behind a seq, to close a gap; only of a room where this uplink has a seat. Answered by an EventPage. */
  | { readonly type: "pull"; readonly req: number; readonly room: string; readonly after: number }
  /** How many bytes of the edge's frames (their UTF-8) were read since the uplink opened; at least every quarter of the window. */
  | { readonly type: "read"; readonly bytes: number };

/** What the edge says on an uplink, as a JSON array a frame. */
export type UplinkFrame =
  /** First of all. `atMs`: what the edge's clock shows. */
  | { readonly type: "welcome"; readonly carrier: string; readonly window: number; readonly atMs?: number }
  /**
   * From `seq` on everything that the room hands out reaches this connection. `after`, where it is less: what lies between
   * came behind the seat's `sinceMs`, and is the replica's to read. `atMs`: what the edge's clock shows. `visibleFrom`: what
   * is older is not for this connection, also when it sat here before.
   */
  | {
      readonly type: "seated";
      readonly connection: string;
      readonly room: string;
      readonly epoch: string;
      readonly seq: number;
      readonly after?: number;
      readonly visibleFrom?: number;
      readonly atMs?: number;
      readonly person: Person;
    }
  /** The seat was refused, or it ended: its session, its right to be here, its room, or the edge could not keep up. */
  | {
      readonly type: "unseated";
      readonly connection: string;
      readonly failure: FailureName;
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  /** A run of a room's events behind `after`, for every seat there. It may come again, and it may leave a gap: pull. */
  | {
      readonly type: "events";
      readonly room: string;
      readonly after: number;
      readonly events: readonly RoomEvent[];
    }
  /** A frame of gochat for a room's seats, or for those of one user. */
  | { readonly type: "told"; readonly room: string; readonly frame: GochatFrame; readonly onlyUserId?: number }
  /** Messages to one user, for all connections of that user. */
  | { readonly type: "direct"; readonly userId: number; readonly messages: readonly DirectMessage[] }
  | { readonly type: "answer"; readonly req: number; readonly reply: UplinkAnswer };

export type UplinkAnswer = Reply<Sent> | Reply<EventPage> | Reply<readonly Reply<Sent>[]>;
