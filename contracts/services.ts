import type { ClientStamp, EventPage, Person } from "./event.ts";
import type { Identity } from "./identity.ts";
import type { MetricReport } from "./metrics.ts";
import type { PageQuery } from "./native.ts";
import type { Reply } from "./reply.ts";

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
  metrics(): Promise<MetricReport>;
}

export type RoomVisibility = "listed" | "unlisted" | "private";
export type RoomRole = "owner" | "moderator" | "member";
/** A role that the owner gives and takes. */
export type GrantedRole = Exclude<RoomRole, "owner">;
export type RoomMember = { readonly userId: number; readonly role: RoomRole };

/** A room as somebody who may read it sees it. */
export type RoomDescription = {
  readonly room: string;
  readonly kind: "numbered" | "direct" | "named";
  readonly visibility: RoomVisibility;
  readonly epoch: string;
  readonly head: number;
  readonly first: number;
  readonly messages: number;
  readonly role: RoomRole | null;
};

/** Rooms: which exist, whose they are, who belongs to them. */
export interface ChatroomService {
  create(identity: Identity, room: string, visibility: RoomVisibility): Promise<Reply<RoomDescription>>;
  describe(identity: Identity, room: string): Promise<Reply<RoomDescription>>;
  members(identity: Identity, room: string): Promise<Reply<readonly RoomMember[]>>;
  /**
   * The owner or an administrator adds a user; a member stays what it is. With a role, which only the owner may give,
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
  /** Who is here, ordered by user id; `after` is the last id of the page before. */
  presence(identity: Identity, room: string, after: number, limit: number): Promise<Reply<PresencePage>>;
  /** gochat's count (op 4): answers, and sends the frame to the caller's own gochat sockets in that room. */
  count(identity: Identity, roomId: number): Promise<Reply<RoomCount>>;
  /** gochat's room info (op 5), in the same way. */
  roomInfo(identity: Identity, roomId: number): Promise<Reply<RoomInfo>>;
  /**
   * Upgrades. /api/v1/rooms/{room}/socket goes to that room with IDENTITY_HEADER set by the gateway; /ws goes to a
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
