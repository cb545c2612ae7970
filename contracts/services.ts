import type { ClientStamp, EventPage, Person, RoomEvent } from "./event.ts";
import type { Identity } from "./identity.ts";
import type { MetricReport } from "./metrics.ts";
import type { PageQuery } from "./native.ts";
import type { Reply } from "./reply.ts";
import type {
  ExportHead,
  GrantedRole,
  InboxPage,
  InboxQuery,
  Invitation,
  InvitationTerms,
  LobbyPage,
  LobbyQuery,
  MarkPage,
  Marks,
  Moderated,
  ModerationAct,
  ModerationPage,
  NewInvitation,
  OwnPage,
  Pin,
  ProfilePatch,
  Report,
  ReportPage,
  ReportQuery,
  Restriction,
  RoomDescription,
  RoomMember,
  RoomVisibility,
  RoomWishes,
  ThreadPage,
  ThreadQuery,
} from "./rooms.ts";

/** A name and a password that a stranger offers, and where from. */
export type Credentials = {
  readonly userName: string;
  readonly password: string;
  /** The client's address, for the limits on attempts. */
  readonly address: string;
  /** What the client calls itself, shown in the list of sessions. */
  readonly label: string;
};

/** A live session of a user, as its owner sees it. */
export type Session = {
  readonly id: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly label: string;
};

/** A session that just began: the only time that its token is shown. */
export type SignedIn = { readonly user: Person; readonly token: string; readonly session: Session };

/** What ending sessions reached: sockets closed, and rooms or carriers that are told again until they answer. [P7] */
export type Ended = { readonly sessions: number; readonly closed: number; readonly pending: number };

/** A live session as an administrator sees it: the beginning of its id, which is no credential. */
export type LiveSession = { readonly userName: string; readonly sessionIdStart: string; readonly expiresAtMs: number };

/** An account that an administrator brings in: with a password hashed already, or gochat's SHA-1 in hex. */
export type BulkAccount = { readonly userName: string; readonly sha1?: string };
export type BulkResult = {
  readonly created: number;
  readonly refused: readonly { readonly userName: string; readonly message: string }[];
};

/** What a user wants of everybody's rooms. */
export type Preferences = {
  /** Whether others see how far the user got and read. */
  readonly sharesMarks: boolean;
  /** Until when nothing may disturb the user; null for now it may. */
  readonly doNotDisturbUntilMs: number | null;
};

/** Everything that the user's own object knows, but for the password: what "everything about me" begins with. */
export type AccountData = {
  readonly user: Person;
  readonly admin: boolean;
  readonly preferences: Preferences;
  /** Ids of users, in order. */
  readonly blocks: readonly number[];
  readonly sessions: readonly Session[];
  /** Rooms of the inbox, and every other in which the user ever acted. */
  readonly rooms: readonly string[];
};

/** Accounts and sessions. */
export interface AuthService {
  register(credentials: Credentials): Promise<Reply<SignedIn>>;
  login(credentials: Credentials): Promise<Reply<SignedIn>>;
  /** The user of a live session, or the session failure. */
  checkAuth(identity: Identity): Promise<Reply<Person & { readonly admin: boolean }>>;
  sessions(identity: Identity): Promise<Reply<readonly Session[]>>;
  /** Ends one session of the caller: a session id, or "current". */
  endSession(identity: Identity, sessionId: string): Promise<Reply<Ended>>;
  /** Ends every session of the caller, the current one too. */
  endSessions(identity: Identity): Promise<Reply<Ended>>;
  /** Ends every session of the caller and begins a new one. */
  changePassword(identity: Identity, current: string, credentials: Credentials): Promise<Reply<SignedIn & Ended>>;
  /** Creates an account and no session. */
  createUser(credentials: Credentials): Promise<Reply<Person>>;
  /** The user itself and administrators: deletes the account and ends its sessions. False when there is none. */
  removeUser(identity: Identity, userName: string): Promise<Reply<boolean>>;
  /** Administrators: live sessions, the newest first, at most LIVE_SESSIONS_MAX. */
  liveSessions(identity: Identity): Promise<Reply<readonly LiveSession[]>>;
  /** Administrators: creates accounts that share one password, hashed once. */
  createUsers(identity: Identity, userNames: readonly string[], password: string): Promise<Reply<BulkResult>>;
  /** Administrators: creates accounts from gochat's SHA-1 hashes, each wrapped in argon2id. */
  importUsers(identity: Identity, accounts: readonly BulkAccount[]): Promise<Reply<BulkResult>>;
  /** Administrators: makes a user an administrator. */
  makeAdmin(identity: Identity, userName: string): Promise<Reply<Person>>;

  preferences(identity: Identity): Promise<Reply<Preferences>>;
  setPreferences(identity: Identity, patch: Partial<Preferences>): Promise<Reply<Preferences>>;
  /** Whose direct messages and mentions do not reach the caller. */
  blocks(identity: Identity): Promise<Reply<readonly Person[]>>;
  block(identity: Identity, userId: number, on: boolean): Promise<Reply<null>>;
  /** Administrators: ends every session of the account and opens none until it is taken back. [P7] */
  suspend(identity: Identity, userName: string, on: boolean): Promise<Reply<Ended>>;
  /**
   * Removes an account like removeUser, and every room where it acted forgets its texts and its name: with a password the
   * caller's own, from whatever address, and without one whoever has the name, for administrators. The answer counts the
   * places that are still to be told.
   */
  eraseUser(identity: Identity, userName: string, password: string | null, address?: string): Promise<Reply<Ended>>;
  accountData(identity: Identity): Promise<Reply<AccountData>>;
  metrics(): Promise<MetricReport>;
}

/** Rooms: which exist, whose they are, who belongs to them. */
export interface ChatroomService {
  /** A named room that is the caller's; every member that is wished for has to exist. */
  create(
    identity: Identity,
    room: string,
    visibility: RoomVisibility,
    wishes?: RoomWishes,
  ): Promise<Reply<RoomDescription>>;
  /** A private room of a fresh name, whose members may invite others. */
  createGroup(identity: Identity, title: string, userIds: readonly number[]): Promise<Reply<RoomDescription>>;
  /** The one conversation of the caller and another user, who must exist. From now on it is in both inboxes. */
  openDirect(identity: Identity, userId: number): Promise<Reply<RoomDescription>>;
  search(identity: Identity, query: LobbyQuery): Promise<Reply<LobbyPage>>;
  configure(identity: Identity, room: string, patch: ProfilePatch): Promise<Reply<RoomDescription>>;
  /** Makes the caller a member. A private room wants an invitation's token; who is a member already uses none up. */
  join(identity: Identity, room: string, invitation: string | null): Promise<Reply<RoomDescription>>;
  invitations(identity: Identity, room: string): Promise<Reply<readonly Invitation[]>>;
  invite(identity: Identity, room: string, terms: InvitationTerms): Promise<Reply<NewInvitation>>;
  revokeInvitation(identity: Identity, room: string, id: string): Promise<Reply<null>>;
  moderate(identity: Identity, room: string, act: ModerationAct): Promise<Reply<Moderated>>;
  /** Who is muted or banned. */
  restrictions(identity: Identity, room: string): Promise<Reply<readonly Restriction[]>>;
  /** The moderation log, the newest first, before a number. */
  moderationLog(identity: Identity, room: string, before: number, limit: number): Promise<Reply<ModerationPage>>;
  report(identity: Identity, room: string, seq: number, reason: string): Promise<Reply<Report>>;
  /** Of one room for those who may read its moderation log; of all rooms (null) for administrators. */
  reports(identity: Identity, room: string | null, query: ReportQuery): Promise<Reply<ReportPage>>;
  /** Administrators: closes a report with what was decided. */
  resolveReport(identity: Identity, id: string, resolution: string): Promise<Reply<Report>>;
  exportHead(identity: Identity, room: string): Promise<Reply<ExportHead>>;
  /** What the room holds of the caller, from a seq on. */
  exportOwn(identity: Identity, room: string, from: number, limit: number): Promise<Reply<OwnPage>>;
  /**
   * An import: a new room that nobody sees until it is finished, its events in their order and with their seqs, at most
   * IMPORT_EVENTS_MAX a call. `keepAuthors` is the administrators' alone: without it the ids of others become negative.
   */
  beginImport(identity: Identity, room: string, head: ExportHead, keepAuthors: boolean): Promise<Reply<null>>;
  importEvents(identity: Identity, room: string, events: readonly RoomEvent[]): Promise<Reply<null>>;
  finishImport(identity: Identity, room: string): Promise<Reply<RoomDescription>>;
  describe(identity: Identity, room: string): Promise<Reply<RoomDescription>>;
  members(identity: Identity, room: string): Promise<Reply<readonly RoomMember[]>>;
  /**
   * Who may invite, or an administrator, adds a user; a member stays what it is. With a role, which only the owner may give,
   * the user has that role afterwards, new or not.
   */
  addMember(identity: Identity, room: string, userId: number, role?: GrantedRole): Promise<Reply<RoomMember>>;
  /** The owner or an administrator removes a user, or a member leaves. Live sockets in the room are closed. */
  removeMember(identity: Identity, room: string, userId: number): Promise<Reply<null>>;
  /** The owner or an administrator deletes a created room and its log. False when there is none. */
  delete(identity: Identity, room: string): Promise<Reply<boolean>>;
  /** The caller joins; who is in already is a conflict. `personName` is refused unless it is the caller's own. */
  enter(identity: Identity, room: string, personName: string): Promise<Reply<null>>;
  /** The caller leaves. False for somebody who is not in. */
  leave(identity: Identity, room: string, personName: string): Promise<Reply<boolean>>;
  /** The names of those who have entered, in the order of joining. */
  people(identity: Identity, room: string): Promise<Reply<readonly string[]>>;
  metrics(): Promise<MetricReport>;
}

/** A message on its way to a room's log. Without an id it is new each time. */
export type Outgoing = {
  readonly id?: string;
  readonly body: string;
  readonly replyTo?: number;
  /** Whom the client takes itself for: refused as forbidden unless it is the sender's own name. [P5] */
  readonly personName?: string;
  /** What the event repeats to every reader; it is no part of the content that an id stands for. */
  readonly stamp?: ClientStamp;
};

/**
 * A change of the message at `seq`. Without an id it is new each time; with one the same change is made once. What
 * changes nothing takes no seq and is answered as a duplicate, with the newest seq.
 */
export type Change = { readonly id?: string; readonly seq: number } & (
  | { readonly type: "edit"; readonly body: string }
  | { readonly type: "delete" }
  | { readonly type: "react"; readonly emoji: string; readonly on: boolean }
  | { readonly type: "pin"; readonly on: boolean }
);

/** What a message said before an edit. */
export type MessageVersion = { readonly version: number; readonly at: number; readonly body: string };
/** The older versions of a message, the first one first. */
export type VersionPage = { readonly versions: readonly MessageVersion[]; readonly more: boolean };
/** Versions after a number, 0 for the first page. */
export type VersionQuery = { readonly seq: number; readonly after: number; readonly limit: number };

/** Where a message or a change stands. It is on disk when this is answered. [P1] */
export type Sent = {
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  /** The same id and content was sent before; this is where it stands. [P3] */
  readonly duplicate: boolean;
};

export type PresencePage = { readonly count: number; readonly users: readonly Person[]; readonly more: boolean };
export type RoomCount = { readonly roomId: number; readonly count: number };
export type RoomInfo = RoomCount & { readonly roomUserInfo: Readonly<Record<string, string>> };

/** Messages, history, presence and sockets. */
export interface ChatService {
  send(identity: Identity, room: string, message: Outgoing): Promise<Reply<Sent>>;
  /** gochat's push: appends to the pair's room and hands op 2 to the recipient's gochat sockets. */
  push(identity: Identity, toUserId: number, roomId: number, message: Outgoing): Promise<Reply<Sent>>;
  /** Edits, deletes or reacts to a message: authors their own, and who contracts/permissions.ts says. */
  change(identity: Identity, room: string, change: Change): Promise<Reply<Sent>>;
  history(identity: Identity, room: string, query: PageQuery): Promise<Reply<EventPage>>;
  /** What a message said before it was edited. Nothing is left of a message that was deleted. */
  versions(identity: Identity, room: string, query: VersionQuery): Promise<Reply<VersionPage>>;
  thread(identity: Identity, room: string, query: ThreadQuery): Promise<Reply<ThreadPage>>;
  pins(identity: Identity, room: string): Promise<Reply<readonly Pin[]>>;
  /** How far others got and read, ordered by user id; those who opted out are not in it. */
  marks(identity: Identity, room: string, after: number, limit: number): Promise<Reply<MarkPage>>;
  /** Moves the caller's read mark forward, to the head at most. */
  read(identity: Identity, room: string, seq: number): Promise<Reply<Marks>>;
  inbox(identity: Identity, query: InboxQuery): Promise<Reply<InboxPage>>;
  muteRoom(identity: Identity, room: string, muted: boolean): Promise<Reply<null>>;
  /** Who is here, ordered by user id; `after` is the last id of the page before. */
  presence(identity: Identity, room: string, after: number, limit: number): Promise<Reply<PresencePage>>;
  /** gochat's count (op 4): answers, and sends the frame to the caller's own gochat sockets in that room. */
  count(identity: Identity, roomId: number): Promise<Reply<RoomCount>>;
  /** gochat's room info (op 5), in the same way. */
  roomInfo(identity: Identity, roomId: number): Promise<Reply<RoomInfo>>;
  /**
   * Upgrades. /api/v1/rooms/{room}/socket goes to that room and /api/v1/inbox/socket to the user's own object, with
   * IDENTITY_HEADER set by the gateway; /ws goes to a
   * carrier and carries no identity. The answer is 101, or a refusal whose body is a Refusal as JSON.
   */
  fetch(request: Request): Promise<Response>;
  /** Whether storage answers. */
  ready(): Promise<boolean>;
  metrics(): Promise<MetricReport>;
}

/** Everything that the gateway needs: plain objects in the monolith, service bindings in the four-worker form. */
export type Services = {
  readonly auth: AuthService;
  readonly chatroom: ChatroomService;
  readonly chat: ChatService;
};
