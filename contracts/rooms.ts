import type { Person, RoomEvent } from "./event.ts";

export type RoomVisibility = "listed" | "unlisted" | "private";
export type RoomRole = "owner" | "moderator" | "member" | "read-only";
/** A role that the owner gives and takes. */
export type GrantedRole = Exclude<RoomRole, "owner">;
export type RoomMember = { readonly userId: number; readonly name: string; readonly role: RoomRole };

/** How long a room keeps its log: null is without a bound. What is cut is gone, and a resume is told so. */
export type Retention = { readonly maxAgeSeconds: number | null; readonly maxMessages: number | null };

/** What decides the cells of contracts/permissions.ts that are not the same in every room. */
export type RoomSettings = {
  readonly whoMayPost: "everybody" | "members" | "moderators";
  readonly whoMayInvite: "members" | "moderators" | "owner";
};

/** What a room's owner says of it. The room's name is its address and never changes; its title may. */
export type RoomProfile = RoomSettings & {
  readonly title: string;
  readonly topic: string;
  readonly visibility: RoomVisibility;
  /** An archived room is read and not written, and not listed. */
  readonly archived: boolean;
  /** The least time between two messages of one user; owner and moderators are exempt. */
  readonly slowModeSeconds: number;
  /** Whether who joins later reads what was said before. */
  readonly newcomersSeeHistory: boolean;
  readonly retention: Retention;
};
/** What changes of a profile; the rest stays. */
export type ProfilePatch = Partial<RoomProfile>;

/** A room as somebody who may read it sees it. */
export type RoomDescription = RoomProfile & {
  readonly room: string;
  readonly kind: "numbered" | "direct" | "named";
  readonly epoch: string;
  readonly head: number;
  /** The oldest seq that is retained. */
  readonly first: number;
  readonly messages: number;
  readonly members: number;
  readonly role: RoomRole | null;
};

/** What a new room begins with. The creator owns it; the others are members from the start. */
export type RoomDraft = Omit<ProfilePatch, "visibility"> & { readonly members?: readonly Person[] };

/** What somebody asks a new room to begin with: the other members by their ids. */
export type RoomWishes = Omit<RoomDraft, "members"> & { readonly memberIds?: readonly number[] };

/** A listed room as the lobby shows it. */
export type ListedRoom = {
  readonly room: string;
  readonly title: string;
  readonly topic: string;
  readonly members: number;
};
/** Listed rooms whose name, title or topic contains the text, after a room's name, ordered by name. */
export type LobbyQuery = { readonly text: string; readonly after: string; readonly limit: number };
export type LobbyPage = { readonly rooms: readonly ListedRoom[]; readonly more: boolean };

/** What an invitation allows: until when, and how many times; null is without a bound. */
export type InvitationTerms = { readonly expiresAtMs: number | null; readonly uses: number | null };
export type Invitation = {
  readonly id: string;
  readonly createdBy: Person;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly usesLeft: number | null;
};
/** The only time that an invitation's token, 128 random bits, is shown: the room keeps its hash. */
export type NewInvitation = Invitation & { readonly token: string };

/** What those who may do to somebody's standing or words in a room. */
export type ModerationAct = { readonly userId: number; readonly reason?: string } & (
  | { readonly type: "mute"; readonly untilMs: number }
  | { readonly type: "unmute" | "kick" | "ban" | "unban" | "purge" }
);
/** What came of it: messages that were removed, and sockets that were closed. */
export type Moderated = { readonly removed: number; readonly closed: number };
/** Somebody who is muted or banned. */
export type Restriction = {
  readonly type: "mute" | "ban";
  readonly user: Person;
  readonly by: Person;
  readonly at: number;
  readonly untilMs: number | null;
  readonly reason: string;
};
/** What the moderation log says: who did what to whom, and why. It is apart from the timeline. */
export type ModerationEntry = {
  readonly no: number;
  readonly at: number;
  readonly by: Person;
  readonly action: ModerationAct["type"] | "delete" | "role" | "add" | "configure" | "invite" | "revoke";
  readonly subject: Person | null;
  /** The message that was removed. */
  readonly seq: number | null;
  readonly reason: string;
};
export type ModerationPage = { readonly entries: readonly ModerationEntry[]; readonly more: boolean };

/** A message that somebody wants looked at, as it read then. */
export type Report = {
  readonly id: string;
  readonly room: string;
  readonly seq: number;
  readonly at: number;
  readonly reporter: Person;
  readonly author: Person;
  readonly body: string;
  readonly reason: string;
  readonly state: "open" | "resolved";
  /** What was decided; empty while it is open. */
  readonly resolution: string;
};
/** Reports in the order in which they came, after a cursor, empty for the first page. */
export type ReportQuery = { readonly after: string; readonly limit: number; readonly state?: Report["state"] };
export type ReportPage = { readonly reports: readonly Report[]; readonly more: boolean; readonly next: string };

/** The messages that answer a message, or answer its answers, after a seq. */
export type ThreadQuery = { readonly seq: number; readonly after: number; readonly limit: number };
export type ThreadPage = {
  /** The message that the thread began with, whichever of its messages was asked for. */
  readonly root: RoomEvent;
  readonly events: readonly RoomEvent[];
  readonly more: boolean;
  /** How many answers the thread has, deleted ones too. */
  readonly count: number;
};
export type Pin = { readonly by: Person; readonly at: number; readonly message: RoomEvent };

/** How far somebody has got a room's log, and how far it was read. Told unless the user opted out. */
export type Marks = { readonly id: number; readonly read: number; readonly delivered: number };
export type MarkPage = { readonly marks: readonly Marks[]; readonly more: boolean };

/** A room as its user's inbox shows it. */
export type Glance = {
  readonly room: string;
  readonly kind: RoomDescription["kind"];
  readonly title: string;
  readonly head: number;
  readonly read: number;
  readonly unread: number;
  /** Unread messages that name the user, or everybody; those of blocked users are not counted. */
  readonly mentions: number;
  /** The newest message that stands, its text cut to INBOX_EXCERPT_CHARS_MAX; none in an empty room. */
  readonly last: { readonly seq: number; readonly at: number; readonly from: Person; readonly excerpt: string } | null;
};
/** `unavailable`: the room did not answer, and what is said of it is its name. */
export type InboxEntry = { readonly muted: boolean } & (Glance | { readonly room: string; readonly unavailable: true });
export type InboxQuery = { readonly after: string; readonly limit: number };
/** Totals are of this page; muted rooms count in `mentions` alone. */
export type InboxPage = {
  readonly rooms: readonly InboxEntry[];
  readonly more: boolean;
  readonly unread: number;
  readonly mentions: number;
};

/** What a room's export begins with. */
export type ExportHead = RoomDescription & { readonly people: readonly RoomMember[]; readonly pins: readonly number[] };
/** What a message said before an edit. */
export type OwnVersion = { readonly seq: number; readonly version: number; readonly at: number; readonly body: string };
/** What one room holds of a user, page by page: own messages, and what the user put to others'. */
export type OwnPage = {
  readonly role: RoomRole | null;
  readonly marks: Marks;
  readonly events: readonly RoomEvent[];
  /** Older versions of the messages among them. */
  readonly versions: readonly OwnVersion[];
  /** Where the next page begins; null after the last. */
  readonly next: number | null;
};
