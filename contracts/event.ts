import type { ProfilePatch, RoomRole } from "./rooms.ts";

/** Kinds of events on a room's log. Open: a reader keeps what it does not know and counts its seq. */
export type EventKind = "message" | "edit" | "delete" | "react" | "pin" | "member" | "room" | "purge";

/**
 * Who did something, as everybody in the room sees it. An id below 0 stands for somebody of an import, whom no
 * credential speaks for; the name of somebody who was erased is empty.
 */
export type Person = { readonly id: number; readonly name: string };

/** What the sender's client said of a message, repeated to its readers as it is. */
export type ClientStamp = { readonly id?: string; readonly atMs?: number };

/** How many people have put an emoji to a message. */
export type ReactionCount = { readonly emoji: string; readonly count: number };

/** A reaction that came or went, and how many of its emoji the message had with this event. */
export type ReactionChange = ReactionCount & { readonly on: boolean };

/** What happened to somebody's membership. */
export type MemberChange = {
  readonly change: "joined" | "left" | "removed" | "banned" | "role";
  readonly role: RoomRole | null;
};

/** One entry of a room's log. Presence and typing are not events and have no seq. */
export type RoomEvent = {
  readonly seq: number;
  readonly kind: EventKind;
  readonly from: Person;
  /** Milliseconds since 1970 on the room's clock; never goes back within a room. */
  readonly at: number;
  /** How many messages the log held with this event; unread = messageNo(head) - messageNo(read). */
  readonly messageNo: number;
  /**
   * On messages what they say now; none when they are deleted. On the newest edit of a message the same again, for
   * readers who have the message already; an edit that another one or a deletion followed carries none. [ED2]
   */
  readonly body?: string;
  /** The seq that this message answers. */
  readonly replyTo?: number;
  /** Only on messages that came with one. */
  readonly stamp?: ClientStamp;
  /** On messages: when the newest edit was. */
  readonly editedAt?: number;
  /** On messages: what is left is a tombstone, which keeps its place in the order. */
  readonly deleted?: true;
  /** On messages that have any, in the order in which the emoji came. */
  readonly reactions?: readonly ReactionCount[];
  /** On answers: the seq of the message that their thread began with. */
  readonly thread?: number;
  /**
   * On messages, and with the body on the newest edit: the ids of those who are named in it with @, at most
   * MENTIONS_PER_MESSAGE_MAX.
   */
  readonly mentions?: readonly number[];
  /** The same of those who may: @room names everybody. */
  readonly mentionsRoom?: true;
  /** On edits, deletions, reactions and pins: the seq of the message. */
  readonly target?: number;
  /** On pins: whether the message was pinned or taken down. */
  readonly pinned?: boolean;
  /** On `member` and `purge`: whom it is about. All messages of a purged user before this event are tombstones. */
  readonly subject?: Person;
  /** On `member`: what became of the subject, and the role that it has now; null for none. */
  readonly member?: MemberChange;
  /** On `room`: what is different from now on. */
  readonly room?: ProfilePatch;
  /** On reactions. */
  readonly reaction?: ReactionChange;
};

/** A run of events that follows `after` without a gap, but for what a query leaves out. */
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

/** Whether an event is a message that still says something: what dialects without changes of messages show. [ED10] */
export function isStanding({ kind, deleted }: RoomEvent): boolean {
  return kind === "message" && deleted !== true;
}
