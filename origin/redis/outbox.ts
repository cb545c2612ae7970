import type { Refusal, Reply } from "../../contracts/reply.ts";
import type { Outgoing, Sent } from "../../contracts/services.ts";

/** A message of a TCP client on its way to a room. The id is the origin's or the client's own, and never empty. */
export type Parcel = {
  readonly token: string;
  readonly room: string;
  readonly message: Outgoing & { readonly id: string };
};

/** A message was taken: it is on the room's log, or it is kept on disk until it is. */
export type Taken = { readonly type: "sent"; readonly sent: Sent } | { readonly type: "kept" };

/** The way of TCP clients' messages to the edge. Nothing here throws or rejects. */
export type Courier = {
  /**
   * Takes a message: over the uplink, or into the outbox while the edge is away. Messages of one session arrive in the
   * order of these calls, each exactly once. Past the outbox's bounds, and without Redis, a message is refused instead.
   * `later` tells when a message that was kept was refused in the end.
   */
  readonly take: (parcel: Parcel, later: (refusal: Refusal) => void) => Promise<Reply<Taken>>;
  /** How many messages are kept and not sent yet. */
  readonly waiting: number;
};
