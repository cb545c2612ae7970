import type { EventPage, Person, RoomEvent } from "./event.ts";
import type { FailureName } from "./failures.ts";
import type { DirectMessage, GochatFrame } from "./gochat.ts";
import type { Identity } from "./identity.ts";
import type { PageQuery } from "./native.ts";
import type { Reply } from "./reply.ts";
import type {
  ExportHead,
  Glance,
  GrantedRole,
  InboxPage,
  InboxQuery,
  Invitation,
  InvitationTerms,
  ListedRoom,
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
  RoomDraft,
  RoomMember,
  RoomVisibility,
  ThreadPage,
  ThreadQuery,
} from "./rooms.ts";
import type {
  AccountData,
  Change,
  Ended,
  LiveSession,
  Outgoing,
  Preferences,
  PresencePage,
  RoomCount,
  RoomInfo,
  Sent,
  Session,
  VersionPage,
  VersionQuery,
} from "./services.ts";

/** What callers see of a Durable Object namespace: an object by name, its RPC methods and fetch. */
export type Namespace<Stub> = { getByName(name: string): Stub };
type Fetches = { fetch(request: Request): Promise<Response> };

/** How a password is kept: argon2id as a PHC string, over the password or over gochat's SHA-1 of it in hex. */
export type StoredPassword = { readonly scheme: "argon2id" | "argon2id-gochat-sha1"; readonly phc: string };
export type NewAccount = { readonly id: number; readonly name: string; readonly password: StoredPassword };
export type Account = NewAccount & { readonly admin: boolean };

/** An account on its way to the user object of a new id. */
export type EntrustedAccount = Omit<NewAccount, "id"> & { readonly key: string };

/** Where a session acts: a room, or a carrier that holds a socket of it. Told when the session ends. */
export type Place = { readonly kind: "room" | "carrier"; readonly name: string };

/** One per user, named by the user's id: credential, sessions, and where they are attached. */
export interface UserStub extends Fetches {
  /** Keeps the first account that is offered and refuses every other with nameTaken; a removed user's with conflict. */
  create(account: NewAccount): Promise<Reply<Person>>;
  account(): Promise<Account | null>;
  exists(): Promise<boolean>;
  /** Begins a session; refused when the password is no longer the one that was verified for it. */
  openSession(session: Session, verified?: StoredPassword): Promise<Reply<Person>>;
  /** The session is alive: who it speaks for. */
  check(sessionId: string): Promise<Reply<Person & { readonly admin: boolean }>>;
  /** The same, and the place is told when the session ends. Checked and stored in one turn. */
  attach(
    sessionId: string,
    place: Place,
  ): Promise<Reply<Person & { readonly admin: boolean; readonly sharesMarks?: boolean }>>;
  /** The place holds nothing of the session any more. */
  detach(sessionId: string, place: Place): Promise<void>;
  sessions(sessionId: string): Promise<Reply<readonly Session[]>>;
  /** Ends these sessions of the user, or all, on behalf of a live session, and tells every place. [P7] */
  end(bySessionId: string, which: readonly string[] | "all"): Promise<Reply<Ended>>;
  /** Replaces the password, ends every session and opens this one, in one turn. */
  changePassword(bySessionId: string, password: StoredPassword, session: Session): Promise<Reply<Ended>>;
  makeAdmin(): Promise<Reply<Person>>;
  /** Deletes the account and ends every session. The object refuses every account from then on. Null: there is none. */
  remove(): Promise<Ended | null>;
  /** Hands messages to the sockets on carriers where the user is attached, in this order. */
  deliverDirect(messages: readonly DirectMessage[]): Promise<void>;

  /** Who this is, or null for an id without an account. */
  person(): Promise<Person | null>;
  preferences(sessionId: string): Promise<Reply<Preferences>>;
  setPreferences(sessionId: string, patch: Partial<Preferences>): Promise<Reply<Preferences>>;
  /** Ids, in order: a name is asked for where it is shown. */
  blocks(sessionId: string): Promise<Reply<readonly number[]>>;
  /** `person` is null when there is no such user: one that is gone can still be let off. */
  block(sessionId: string, userId: number, person: Person | null, on: boolean): Promise<Reply<null>>;
  /** Null: there is no account. */
  suspend(on: boolean): Promise<Ended | null>;
  /**
   * Like remove, and every room where the user acted is told to forget texts and name. Null as well when the session on
   * whose behalf it is done does not live.
   */
  erase(bySessionId?: string): Promise<Ended | null>;
  accountData(sessionId: string): Promise<Reply<AccountData>>;
  inbox(sessionId: string, query: InboxQuery): Promise<Reply<InboxPage>>;
  muteRoom(sessionId: string, room: string, muted: boolean): Promise<Reply<null>>;
  /** From rooms: whether the room is the user's. News of one room with a lower stamp than the last changes nothing. */
  roomNews(room: string, isIn: boolean, stamp: number): Promise<void>;
  /** From rooms: whether the room is in the inbox or still fits into it; who has ROOMS_PER_USER_MAX joins no other. */
  hasPlaceFor(room: string): Promise<boolean>;
  /** From rooms: something is different there. False when no inbox is open: the room need not say it again. */
  changed(room: string): Promise<boolean>;
}

/** What a room must learn of a user. */
export type UserNews =
  | { readonly type: "marks"; readonly shares: boolean }
  /** In a conversation of two: the user takes no messages of the other. */
  | { readonly type: "block"; readonly on: boolean }
  | { readonly type: "erase" };

/** The directory keeps an account of this name already: it is taken, and no user object need be woken to say so. */
export const KEPT_ALREADY = "kept";

/** One for all: the key of a name to a user id, handed out in order: 1, 2, 3 … */
export interface DirectoryStub {
  find(keys: readonly string[]): Promise<readonly (number | null)[]>;
  allocate(keys: readonly string[]): Promise<readonly number[]>;
  /**
   * Keeps accounts for user objects that nobody has asked yet, in one transaction: bulk creation wakes no object.
   * Answers the ids; null for a key that has one already, whose user object decides, unless its account is kept here.
   */
  entrust(accounts: readonly EntrustedAccount[]): Promise<readonly (number | null | typeof KEPT_ALREADY)[]>;
  /** The account that is kept for a user object, until it says that it has it. */
  entrusted(id: number): Promise<NewAccount | null>;
  release(id: number): Promise<void>;
  /** The key is free again when it still belongs to this id; the id is never handed out again. */
  forget(key: string, id: number): Promise<void>;
  ready(): Promise<boolean>;
}

/** A shard of the list of live sessions, for administrators. User objects tell it what begins and ends. */
export interface RosterStub {
  began(userId: number, userName: string, session: Session): Promise<void>;
  /** Wins over `began`, whichever comes first. `untilMs`: the last of these sessions has expired by then. */
  ended(userId: number, sessionIds: readonly string[], untilMs: number): Promise<void>;
  /** The newest first, at most `limit`. */
  live(limit: number): Promise<readonly (LiveSession & { readonly createdAtMs: number })[]>;
}

/** How many shards the list of live sessions has. Changing it loses sight of sessions until they expire. */
export const ROSTER_SHARDS = 16;

/** The name of the shard that lists a user's sessions. */
export function rosterShard(userId: number): string {
  return String(userId % ROSTER_SHARDS);
}

/** One per client address: how often it tried. */
export interface AttemptStub {
  /** Counts an attempt before it is made, or says how long to wait. `refund` takes it back when it succeeded. */
  take(nameKey: string): Promise<Reply<null>>;
  refund(nameKey: string): Promise<void>;
}

/** A seat that a room's member has on a carrier. */
export type CarrierSeat = { readonly connection: string; readonly userId: number; readonly sessionId: string };
export type Delivery = { readonly room: string; readonly after: number; readonly events: readonly RoomEvent[] };

/**
 * A seat on a carrier: what the room hands out behind `seq` reaches it; (`after`, `seq`] came since it was asked for.
 * `visibleFrom`, where there is one: what is older is not for this person, also when the seat is taken again.
 */
export type Seated = {
  readonly person: Person;
  readonly epoch: string;
  readonly seq: number;
  readonly after?: number;
  readonly visibleFrom?: number;
};
export type SendOf = { readonly identity: Identity; readonly message: Outgoing };

/** A session that is dead until it expires; `removedUserId` is whose it was when the account was removed with it. */
export type EndedSession = { readonly id: string; readonly expiresAtMs: number; readonly removedUserId?: number };

/** One per room, named by the room: its log, its seats, its sockets. */
export interface RoomStub extends Fetches {
  send(identity: Identity, message: Outgoing): Promise<Reply<Sent>>;
  /** Only in a direct conversation: send, then op 2 to the recipient. `roomId` is echoed in the frame. */
  push(identity: Identity, message: Outgoing, toUserId: number, roomId: number): Promise<Reply<Sent>>;
  change(identity: Identity, change: Change): Promise<Reply<Sent>>;
  history(identity: Identity, query: PageQuery): Promise<Reply<EventPage>>;
  versions(identity: Identity, query: VersionQuery): Promise<Reply<VersionPage>>;
  presence(identity: Identity, after: number, limit: number): Promise<Reply<PresencePage>>;
  count(identity: Identity): Promise<Reply<RoomCount>>;
  roomInfo(identity: Identity): Promise<Reply<RoomInfo>>;

  create(identity: Identity, visibility: RoomVisibility, draft?: RoomDraft): Promise<Reply<RoomDescription>>;
  /** In a conversation of two: puts it into both inboxes. */
  open(identity: Identity, other: Person): Promise<Reply<RoomDescription>>;
  configure(identity: Identity, patch: ProfilePatch): Promise<Reply<RoomDescription>>;
  join(identity: Identity, invitation: string | null): Promise<Reply<RoomDescription>>;
  invitations(identity: Identity): Promise<Reply<readonly Invitation[]>>;
  invite(identity: Identity, terms: InvitationTerms): Promise<Reply<NewInvitation>>;
  revokeInvitation(identity: Identity, id: string): Promise<Reply<null>>;
  moderate(identity: Identity, act: ModerationAct): Promise<Reply<Moderated>>;
  restrictions(identity: Identity): Promise<Reply<readonly Restriction[]>>;
  moderationLog(identity: Identity, before: number, limit: number): Promise<Reply<ModerationPage>>;
  report(identity: Identity, seq: number, reason: string): Promise<Reply<Report>>;
  /** Of this room, for those who may read its moderation log. */
  reports(identity: Identity, query: ReportQuery): Promise<Reply<ReportPage>>;
  thread(identity: Identity, query: ThreadQuery): Promise<Reply<ThreadPage>>;
  pins(identity: Identity): Promise<Reply<readonly Pin[]>>;
  marks(identity: Identity, after: number, limit: number): Promise<Reply<MarkPage>>;
  read(identity: Identity, seq: number): Promise<Reply<Marks>>;
  exportHead(identity: Identity): Promise<Reply<ExportHead>>;
  exportOwn(identity: Identity, from: number, limit: number): Promise<Reply<OwnPage>>;
  beginImport(identity: Identity, head: ExportHead, keepAuthors: boolean): Promise<Reply<null>>;
  importEvents(identity: Identity, events: readonly RoomEvent[]): Promise<Reply<null>>;
  finishImport(identity: Identity): Promise<Reply<RoomDescription>>;
  describe(identity: Identity): Promise<Reply<RoomDescription>>;
  members(identity: Identity): Promise<Reply<readonly RoomMember[]>>;
  addMember(identity: Identity, userId: number, role?: GrantedRole): Promise<Reply<RoomMember>>;
  removeMember(identity: Identity, userId: number): Promise<Reply<null>>;
  delete(identity: Identity): Promise<Reply<boolean>>;
  enter(identity: Identity, personName: string): Promise<Reply<null>>;
  leave(identity: Identity, personName: string): Promise<Reply<boolean>>;
  people(identity: Identity): Promise<Reply<readonly string[]>>;

  /** From carriers: a socket takes a seat, asked for at `sinceMs`, and is handed every event from then on; or leaves it. */
  seat(identity: Identity, carrier: string, connection: string, sinceMs?: number): Promise<Reply<Seated>>;
  unseat(carrier: string, seat: CarrierSeat): Promise<void>;
  /** The same for many that leave at once: an uplink that broke. */
  unseatMany(carrier: string, seats: readonly CarrierSeat[]): Promise<void>;
  /** From carriers: sends of several people, each in its order; answered together, each like send. */
  sendMany(sends: readonly SendOf[]): Promise<readonly Reply<Sent>[]>;
  /** From carriers: sends of one person, until one is refused for now; answers those that were tried. */
  sendSeries(identity: Identity, messages: readonly Outgoing[]): Promise<Reply<readonly Reply<Sent>[]>>;
  /** From carriers: the log after a seq, to close a gap. */
  pull(carrier: string, after: number): Promise<EventPage>;
  /** From user objects: these sessions are dead, and users may be gone. Answers how many sockets were closed. */
  revoke(sessions: readonly EndedSession[]): Promise<number>;
  /** From user objects: news with a lower stamp than the last of its type changes nothing. */
  learn(userId: number, news: UserNews, stamp: number): Promise<void>;
  /** From user objects: the room as that user's inbox shows it, or null when it is not the user's. */
  glance(userId: number, blocked: readonly number[]): Promise<Glance | null>;
  /** From user objects: tell `changed` when something is different, until it answers false. */
  watch(userId: number): Promise<void>;
}

/** The name of the one lobby. */
export const LOBBY_NAME = "lobby";

/** The one catalogue of listed rooms. Rooms tell it what they are; news with a lower stamp changes nothing. */
export interface LobbyStub {
  list(room: ListedRoom, stamp: number): Promise<void>;
  unlist(room: string, stamp: number): Promise<void>;
  search(query: LobbyQuery): Promise<LobbyPage>;
}

/** The one list of reports, of all rooms. The same id comes twice without harm. */
export interface ReportsStub {
  file(report: Report): Promise<void>;
  /** Of all rooms (null), or of one life of a room: a report's id begins with the epoch of its own. */
  list(room: string | null, query: ReportQuery, epoch?: string): Promise<ReportPage>;
  resolve(id: string, resolution: string): Promise<Reply<Report>>;
  /** Forgets what a user wrote and was written up for, in its name and its words. */
  erase(userId: number): Promise<void>;
}

/** Holds sockets that are not a room's own: gochat's bare /ws, or the uplink of one of the origin's replicas. */
export interface CarrierStub extends Fetches {
  /** From rooms: a run of events; answers a digest of the seats it holds in that room. */
  deliver(delivery: Delivery): Promise<string>;
  /** From rooms: a frame to a room's seats; `onlyUserId` narrows it to that user's. Answers the digest. */
  tell(room: string, frame: GochatFrame, onlyUserId?: number): Promise<string>;
  /** From rooms: the seats it holds in that room. */
  seats(room: string): Promise<readonly CarrierSeat[]>;
  /**
   * From rooms: the seats in that room end, all or those of one user: `busy` when too much waits for the carrier,
   * `forbidden` for who may not be here any more, `notFound` when the room was deleted.
   */
  dismiss(room: string, failure: FailureName, onlyUserId?: number): Promise<void>;
  /** From user objects: op 2 for that user's sockets. */
  direct(userId: number, messages: readonly DirectMessage[]): Promise<void>;
  /** From user objects: sockets of these sessions are closed. Answers how many. */
  revoke(sessions: readonly { readonly id: string; readonly expiresAtMs: number }[]): Promise<number>;
}
