import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { type RoomKind, roomKind } from "../../contracts/names.ts";
import type { UserNews } from "../../contracts/objects.ts";
import type { Standing } from "../../contracts/permissions.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Glance, ProfilePatch, RoomDescription, RoomDraft, RoomVisibility } from "../../contracts/rooms.ts";
import type { Change, Outgoing, Sent, VersionPage, VersionQuery } from "../../contracts/services.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { Jobs } from "../lib/jobs.ts";
import { migrate } from "../lib/migrate.ts";
import { Audience } from "./audience.ts";
import { deleteRoom } from "./deletion.ts";
import { DirectMessages } from "./direct-messages.ts";
import { Conversation } from "./doors/conversation.ts";
import { describeRoom } from "./doors/description.ts";
import { Doors } from "./doors/doors.ts";
import { LobbyNews } from "./doors/lobby-news.ts";
import { Opening } from "./doors/opening.ts";
import { Profile } from "./doors/profile.ts";
import { EventLog } from "./event-log.ts";
import { MemberBook } from "./member-book.ts";
import { MemberChanges } from "./member-changes.ts";
import { Membership } from "./membership.ts";
import { migrations } from "./migrations.ts";
import { BanBook } from "./moderation/ban-book.ts";
import { Moderation } from "./moderation/moderation.ts";
import { PostGate } from "./moderation/post-gate.ts";
import { NativeDialect } from "./native-dialect.ts";
import { Glances } from "./notices/glances.ts";
import { Introductions } from "./notices/introductions.ts";
import { Notices } from "./notices/notices.ts";
import { People } from "./people.ts";
import { RateLimit, readRates } from "./rate-limit.ts";
import { ReadMarks } from "./read-marks.ts";
import { Rights } from "./rights/rights.ts";
import type { Caller, Fact, RoomContext } from "./room-context.ts";
import { RoomMeta } from "./room-meta.ts";
import { Seating } from "./seating.ts";
import { Sends } from "./sends.ts";
import { SessionBook } from "./session-book.ts";
import { LiveMarks } from "./talk/live-marks.ts";
import { Mentions } from "./talk/mentions.ts";
import { Pins } from "./talk/pins.ts";
import { Threads } from "./talk/threads.ts";
import { UserBook } from "./user-book.ts";

const TYPING_PER_SECOND = 1;

/**
 * The parts of a room, put together. State is what the storage and the runtime's sockets say. One of these is one life
 * of a room: a deletion ends it, and the next life is another one.
 */
export class Room implements RoomContext {
  readonly name: string;
  readonly kind: RoomKind;
  readonly env: ObjectEnv;
  readonly storage: DurableObjectStorage;
  readonly meta: RoomMeta;
  readonly log: EventLog;
  readonly people: People;
  readonly members: MemberBook;
  readonly bans: BanBook;
  readonly users: UserBook;
  readonly sessions: SessionBook;
  readonly audience: Audience;
  readonly jobs: Jobs;
  readonly notices: Notices;
  readonly lobby: LobbyNews;
  readonly memberChanges: MemberChanges;
  readonly membership: Membership;
  readonly opening: Opening;
  readonly profile: Profile;
  readonly doors: Doors;
  readonly seating: Seating;
  readonly conversation: Conversation;
  readonly moderation: Moderation;
  readonly gate: PostGate;
  readonly mentions: Mentions;
  readonly threads: Threads;
  readonly pins: Pins;
  readonly marks: ReadMarks;
  readonly liveMarks: LiveMarks;
  readonly rights: Rights;
  readonly dialect: NativeDialect;
  readonly #sends: Sends;
  readonly #glances: Glances;
  readonly #introductions: Introductions;
  readonly #directs: DirectMessages;

  /** `before` is the life that ended: its sessions and names go on, so that the dead ones stay dead. [RR3] */
  constructor(ctx: DurableObjectState, env: ObjectEnv, name: string, before: Room | null = null) {
    const { storage } = ctx;
    const { sql } = storage;
    migrate(storage, migrations);
    this.name = name;
    this.kind = roomKind(name);
    this.env = env;
    this.storage = storage;
    this.meta = new RoomMeta(sql);
    this.people = before === null ? new People(sql) : before.people;
    this.log = new EventLog(storage, this.people, this.meta.epoch);
    this.members = new MemberBook(sql);
    this.bans = new BanBook(sql);
    this.users = new UserBook(sql);
    this.sessions = before?.sessions ?? new SessionBook(sql, env.USER, name, this.people, this.users);
    const mayStay = (userId: number) => this.membership.mayUse(userId).ok;
    const { log, people } = this;
    this.audience = new Audience({ ctx, carriers: env.CARRIER, room: name, log, people, mayStay });
    this.jobs = new Jobs(storage, {
      notices: (nowMs) => this.notices.drain(nowMs),
      lobby: () => this.lobby.tell(),
      retention: (nowMs) => this.rights.retention.cut(nowMs),
      import: (nowMs) => this.rights.imports.recheck(nowMs),
    });
    this.notices = new Notices(this);
    this.gate = new PostGate(this);
    this.lobby = new LobbyNews(this);
    this.memberChanges = new MemberChanges(this);
    this.membership = new Membership({ room: this, bans: this.bans, changes: this.memberChanges });
    this.opening = new Opening(this);
    this.profile = new Profile(this);
    this.doors = new Doors(this);
    this.conversation = new Conversation(this);
    this.seating = new Seating(this, ctx);
    this.moderation = new Moderation(this);
    this.mentions = new Mentions(sql, this.people);
    this.threads = new Threads(this);
    this.pins = new Pins(this);
    this.marks = new ReadMarks({ storage, log: this.log, visibleFrom: (userId) => this.visibleFrom(userId) });
    this.liveMarks = new LiveMarks(this);
    this.rights = new Rights(this);
    this.#glances = new Glances(this);
    this.#introductions = new Introductions(this);
    this.#directs = new DirectMessages(this);
    this.#sends = new Sends({
      log: this.log,
      sessions: this.sessions,
      standingOf: (userId) => this.standingOf(userId),
      visibleFrom: (userId, seatedFrom) => this.visibleFrom(userId, seatedFrom),
      gate: this.gate,
      rates: readRates(env),
      sync: () => storage.sync(),
      hold: (work) => ctx.blockConcurrencyWhile(work),
      answered: (grown) => {
        this.dialect.flushAnswers();
        if (grown) this.#grown();
      },
    });
    this.dialect = new NativeDialect({
      room: name,
      log: this.log,
      audience: this.audience,
      sends: this.#sends,
      marks: this.marks,
      liveMarks: this.liveMarks,
      visibleFrom: (userId, seatedFrom) => this.visibleFrom(userId, seatedFrom),
      typingRate: new RateLimit(TYPING_PER_SECOND),
      pageRate: new RateLimit(limits.PAGES_PER_SECOND),
    });
    this.seating.restore();
    ctx.waitUntil(this.notices.resume());
    this.#introductions.begin();
  }

  /** As whom somebody acts here who may use the room. */
  standingOf(userId: number): Standing {
    if (this.kind === "direct") return "peer";
    return this.membership.roleOf(userId) ?? "guest";
  }

  /**
   * The oldest seq that is for this reader, retained or not. Where newcomers do not see what was before them, a guest
   * reads what came while it was connected: `seatedFrom` is the first seq after its hello. [RO13]
   */
  visibleFrom(userId: number, seatedFrom: number = this.log.head + 1): number {
    if (this.meta.profile.newcomersSeeHistory) return 1;
    const member = this.members.find(userId);
    if (member === null) return seatedFrom;
    const seesAll = member.role === "owner" || member.role === "moderator";
    return seesAll ? 1 : Math.min(member.historyFrom, seatedFrom);
  }

  record(from: Person, fact: Fact, write: (seq: number) => readonly number[] = () => []): number {
    const seq = this.log.record(from, fact, Date.now(), write);
    this.notices.deliver();
    this.#grown();
    return seq;
  }

  send(from: Person, sessionId: string, message: Outgoing): Promise<Reply<Sent>> {
    return new Promise((settle) => this.#sends.offer({ from, sessionId, message, settle }));
  }

  /** Until one is refused for now: the answers of those that were tried. */
  sendSeries(from: Person, sessionId: string, messages: readonly Outgoing[]): readonly Promise<Reply<Sent>>[] {
    return this.#sends.offerSeries(messages.map((message) => ({ from, sessionId, message })));
  }

  change(from: Person, sessionId: string, change: Change): Promise<Reply<Sent>> {
    return new Promise((settle) => this.#sends.offer({ from, sessionId, change, settle }));
  }

  versions(query: VersionQuery, userId: number): Reply<VersionPage> {
    const by = { userId, standing: this.standingOf(userId), visibleFrom: this.visibleFrom(userId) };
    return this.log.versions(query, by);
  }

  /** gochat's push: a send whose op 2 names the room that the sender gave. */
  push(from: Person, sessionId: string, message: Outgoing, roomId: number): Promise<Reply<Sent>> {
    return new Promise((resolve) => {
      const settle = this.#directs.namingRoom(roomId, resolve);
      this.#sends.offer({ from, sessionId, message, settle });
    });
  }

  create(owner: Person, visibility: RoomVisibility, draft: RoomDraft): Reply<RoomDescription> {
    return this.opening.create(owner, visibility, draft) ?? ok(this.describe(owner.id));
  }

  open(by: Person, other: Person): Reply<RoomDescription> {
    if (this.kind !== "direct") return fail("badRequest", "this is no conversation of two");
    this.conversation.open(other);
    return ok(this.describe(by.id));
  }

  configure(by: Caller, patch: ProfilePatch): Reply<RoomDescription> {
    const changed = this.profile.change(by, patch);
    return changed.ok ? ok(this.describe(by.person.id)) : changed;
  }

  describe(userId: number): RoomDescription {
    return describeRoom(this, userId);
  }

  /** From a user object. An erasure is not noted as learnt: one that broke is asked for again. */
  learn(userId: number, news: UserNews, stamp: number): void {
    if (news.type === "erase") {
      this.moderation.erase(userId);
      this.rights.erasure.erase(userId);
    } else if (this.users.learn(userId, news, stamp) && news.type === "block") {
      this.gate.forget();
    }
  }

  /** From a user object: null when the room is not that user's. */
  glance(userId: number, blocked: readonly number[]): Glance | null {
    return this.#glances.of(userId, blocked);
  }

  /** Deletes the room and ends this life of it. Resolves when carriers were told. [RM7] */
  delete(): Promise<void> {
    return deleteRoom(this);
  }

  #grown(): void {
    this.audience.grown();
    this.rights.retention.check();
    this.notices.stir();
    this.#introductions.begin();
    this.#directs.tell();
  }
}
