import { isStanding, type Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { directPair, type RoomKind, roomKind } from "../../contracts/names.ts";
import type { CarrierSeat, EndedSession } from "../../contracts/objects.ts";
import { ok, type Reply } from "../../contracts/reply.ts";
import type {
  Change,
  Outgoing,
  RoomDescription,
  RoomVisibility,
  Sent,
  VersionPage,
  VersionQuery,
} from "../../contracts/services.ts";
import { readInteger } from "../../contracts/settings.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { migrate } from "../lib/migrate.ts";
import { Audience } from "./audience.ts";
import { DirectDeliveries } from "./direct-deliveries.ts";
import { EventLog } from "./event-log.ts";
import { MemberBook } from "./member-book.ts";
import { Membership } from "./membership.ts";
import { migrations } from "./migrations.ts";
import { NativeDialect } from "./native-dialect.ts";
import { People } from "./people.ts";
import { RateLimit } from "./rate-limit.ts";
import { ReadMarks } from "./read-marks.ts";
import { RoomMeta } from "./room-meta.ts";
import { Seat } from "./seat.ts";
import { Sends } from "./sends.ts";
import { SessionBook } from "./session-book.ts";
import { wipe } from "./wipe.ts";

const TYPING_PER_SECOND = 1;

/**
 * The parts of a room, put together. State is what the storage and the runtime's sockets say. One of these is one life
 * of a room: a deletion ends it, and the next life is another one.
 */
export class Room {
  readonly name: string;
  readonly kind: RoomKind;
  readonly log: EventLog;
  readonly sessions: SessionBook;
  readonly audience: Audience;
  readonly dialect: NativeDialect;
  readonly membership: Membership;
  readonly #storage: DurableObjectStorage;
  readonly #meta: RoomMeta;
  readonly #people: People;
  readonly #sends: Sends;
  readonly #marks: ReadMarks;
  readonly #directs: DirectDeliveries;
  /** gochat's roomId of a push, by seq, until its op 2 has left. */
  readonly #pushRooms = new Map<number, number>();
  /** The last seq whose op 2 has left. */
  #told: number;

  /** `before` is the life that ended: its sessions and names go on, so that the dead ones stay dead. [RR3] */
  constructor(ctx: DurableObjectState, env: ObjectEnv, name: string, before: Room | null = null) {
    const { storage } = ctx;
    migrate(storage, migrations);
    this.name = name;
    this.kind = roomKind(name);
    this.#storage = storage;
    this.#meta = new RoomMeta(storage.sql);
    this.#people = before === null ? new People(storage.sql) : before.#people;
    this.log = new EventLog(storage, this.#people, this.#meta.epoch);
    this.#told = this.log.head;
    this.sessions = before?.sessions ?? new SessionBook(storage.sql, env.USER, name, this.#people);
    this.audience = new Audience({ ctx, carriers: env.CARRIER, room: name, log: this.log, people: this.#people });
    this.membership = new Membership({
      room: name,
      kind: this.kind,
      meta: this.#meta,
      members: new MemberBook(storage.sql),
      expel: (userId) => this.audience.expel(userId),
    });
    this.#marks = new ReadMarks(storage, this.log);
    this.#directs = new DirectDeliveries(env.USER, (seq) => this.log.after(seq - 1, 1, 0)[0]?.event);
    this.#sends = new Sends({
      log: this.log,
      sessions: this.sessions,
      roleOf: (userId) => this.membership.roleOf(userId),
      rates: readRates(env),
      sync: () => storage.sync(),
      answered: (grown) => this.#answered(grown),
    });
    const { log, audience } = this;
    this.dialect = new NativeDialect({
      room: name,
      log,
      audience,
      sends: this.#sends,
      marks: this.#marks,
      typingRate: new RateLimit(TYPING_PER_SECOND),
      pageRate: new RateLimit(limits.PAGES_PER_SECOND),
    });
    this.#restore(ctx.getWebSockets());
  }

  send(from: Person, sessionId: string, message: Outgoing): Promise<Reply<Sent>> {
    return new Promise((settle) => this.#sends.offer({ from, sessionId, message, settle }));
  }

  change(from: Person, sessionId: string, change: Change): Promise<Reply<Sent>> {
    return new Promise((settle) => this.#sends.offer({ from, sessionId, change, settle }));
  }

  versions(query: VersionQuery, userId: number): Reply<VersionPage> {
    return this.log.versions(query, userId, this.membership.roleOf(userId));
  }

  /** gochat's push: a send whose op 2 names the room that the sender gave. */
  push(from: Person, sessionId: string, message: Outgoing, roomId: number): Promise<Reply<Sent>> {
    return new Promise((resolve) => {
      const settle = (reply: Reply<Sent>) => {
        if (reply.ok && !reply.value.duplicate) this.#pushRooms.set(reply.value.seq, roomId);
        resolve(reply);
      };
      this.#sends.offer({ from, sessionId, message, settle });
    });
  }

  create(owner: Person, visibility: RoomVisibility): Reply<RoomDescription> {
    const refusal = this.membership.create(owner, visibility);
    return refusal ?? ok(this.describe(owner.id));
  }

  describe(userId: number): RoomDescription {
    const { head, first, messages, epoch } = this.log;
    const { kind } = this;
    const visibility = this.#meta.visibility ?? (kind === "direct" ? "private" : "listed");
    const role = this.membership.roleOf(userId);
    return { room: this.name, kind, visibility, epoch, head, first, messages, role };
  }

  /**
   * Deletes all that the room holds and ends this life of it: sends that wait are refused, sockets are closed, and
   * nothing that is under way here writes into the next life. Resolves when carriers were told. [RM7]
   */
  delete(): Promise<void> {
    wipe(this.#storage);
    this.#people.forget();
    this.log.end();
    this.#marks.end();
    return this.audience.close();
  }

  /** Ends sessions, and the membership of users who were removed. Answers how many sockets were closed. [RR2] [RV7] */
  revoke(sessions: readonly EndedSession[]): number {
    this.sessions.end(sessions);
    const closed = this.audience.end(new Set(sessions.map(({ id }) => id)));
    for (const userId of new Set(sessions.map(({ removedUserId }) => removedUserId))) {
      if (userId !== undefined) this.membership.userRemoved(userId);
    }
    return closed;
  }

  async unseat(carrier: string, seat: CarrierSeat): Promise<void> {
    const name = this.#people.nameOf(seat.userId);
    if (name !== null) await this.audience.links.unseat(carrier, seat, { id: seat.userId, name });
  }

  /** A socket closed; the last one to go takes the unwritten read marks to disk. */
  left(seat: Seat): void {
    this.audience.left(seat);
    if (this.audience.seats.size === 0) this.#marks.write();
  }

  #answered(grown: boolean): void {
    this.dialect.flushAnswers();
    if (!grown) return;
    this.audience.grown();
    if (this.kind === "direct") this.#tellRecipients();
  }

  /**
   * Every message of a conversation of two goes to the other's gochat sockets as op 2, however it was sent. What was
   * deleted by then does not, and gochat knows no changes. [GS5] [ED10]
   */
  #tellRecipients(): void {
    const [a, b] = directPair(this.name) ?? [0, 0];
    for (const { event } of this.log.after(this.#told, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) {
      if (!isStanding(event)) continue;
      const toUserId = event.from.id === a ? b : a;
      const roomId = this.#pushRooms.get(event.seq) ?? 0;
      this.#directs.push({ event, toUserId, toUserName: "", roomId });
    }
    this.#told = this.log.head;
    this.#pushRooms.clear();
  }

  /** Closing sockets are still listed after a wake: only open ones are seats. */
  #restore(sockets: readonly WebSocket[]): void {
    for (const socket of sockets) {
      const seat = socket.readyState === WebSocket.OPEN ? Seat.restore(socket) : null;
      if (seat !== null && !this.sessions.isDead(seat.sessionId)) this.audience.restore(seat);
    }
  }
}

function readRates(env: ObjectEnv): { readonly perUser: RateLimit; readonly perRoom: RateLimit } {
  return {
    perUser: new RateLimit(readInteger("SENDS_PER_USER", env.SENDS_PER_USER, 1)),
    perRoom: new RateLimit(readInteger("SENDS_PER_ROOM", env.SENDS_PER_ROOM, 1)),
  };
}
