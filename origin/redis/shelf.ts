import type { Reply } from "../../contracts/reply.ts";
import type { Parcel } from "./outbox.ts";

/** A message that is safe on disk. The object itself is its name. */
export type Shelved = { readonly parcel: Parcel };

/** Where messages are safe until they are sent. Nothing here throws or rejects. */
export type Shelf = {
  readonly isUp: boolean;
  /**
   * Answers when the message is on disk, in the order of the calls; then it stays until `remove`. A refused message is
   * not on disk, or is taken from there unread.
   */
  readonly keep: (parcel: Parcel) => Promise<Reply<Shelved>>;
  /** The message is done. While the shelf is away, this is made up for later. */
  readonly remove: (shelved: Shelved) => void;
};
