import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { directPair, type RoomKind, roomKind } from "../../contracts/names.ts";
import type { CarrierSeat } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Outgoing, RoomDescription, RoomMember, RoomVisibility, Sent } from "../../contracts/services.ts";
import { readInteger } from "../../contracts/settings.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { migrate } from "../lib/migrate.ts";
import { type AccessFacts, mayManage, mayUse } from "./access.ts";
import { Audience } from "./audience.ts";
import { DirectDeliveries } from "./direct-deliveries.ts";
import { EventLog } from "./event-log.ts";
import { MemberBook } from "./member-book.ts";
import { migrations } from "./migrations.ts";
import { NativeDialect } from "./native-dialect.ts";
import { People } from "./people.ts";
import { RateLimit } from "./rate-limit.ts";
import { ReadMarks } from "./read-marks.ts";
import { RoomMeta } from "./room-meta.ts";
import { Seat } from "./seat.ts";
import { Sends } from "./sends.ts";
import { SessionBook } from "./session-book.ts";

const TYPING_PER_SECOND = 1;

/** The parts of a room, put together. State is what the storage and the runtime's sockets say. */
export class Room {
  readonly name: string;
  readonly kind: RoomKind;
  readonly log: EventLog;
  readonly sessions: SessionBook;
  readonly audience: Audience;
  readonly dialect: NativeDialect;
  readonly #meta: RoomMeta;
  readonly #members: MemberBook;
  readonly #people: People;
  readonly #sends: Sends;
  readonly #marks: ReadMarks;
  readonly #directs: DirectDeliveries;
  /** gochat's roomId of a push, by seq, until its op 2 has left. */
  readonly #pushRooms = new Map<number, number>();
  /** The last seq whose op 2 has left. */
  #told: number;

  constructor(ctx: DurableObjectState, env: ObjectEnv, name: string) {
    const { storage } = ctx;
    migrate(storage, migrations);
    this.name = name;
    this.kind = roomKind(name);
    this.#meta = new RoomMeta(storage.sql);
    this.#members = new MemberBook(storage.sql);
    this.#people = new People(storage.sql);
    const { epoch } = this.#meta;
    this.log = new EventLog(storage, this.#people, epoch);
    this.#told = this.log.head;
    this.sessions = new SessionBook(storage.sql, env.USER, name, this.#people);
    this.audience = new Audience({
      ctx,
      carriers: env.CARRIER,
      room: name,
      epoch,
      log: this.log,
      people: this.#people,
    });
    this.#marks = new ReadMarks(storage, this.log);
    this.#directs = new DirectDeliveries(env.USER);
    this.#sends = new Sends({
      log: this.log,
      sessions: this.sessions,
      rates: readRates(env),
      sync: () => storage.sync(),
      answered: (grown) => this.#answered(grown),
    });
    const { log, audience } = this;
    this.dialect = new NativeDialect({
      room: name,
      epoch,
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

  /** A named room begins to exist; its creator owns it. */
  create(owner: Person, visibility: RoomVisibility): Reply<RoomDescription> {
    if (this.kind !== "named") return fail("badRequest", "numbered rooms exist already");
    if (this.#meta.visibility !== null) return fail("nameTaken", "a room of this name exists");
    this.#meta.create(visibility);
    this.#members.add(owner.id, "owner", Date.now());
    return ok(this.describe(owner.id));
  }

  describe(userId: number): RoomDescription {
    const { head, first, messages } = this.log;
    const { kind } = this;
    const visibility = this.#meta.visibility ?? (kind === "direct" ? "private" : "listed");
    const role = this.#members.roleOf(userId);
    return { room: this.name, kind, visibility, epoch: this.#meta.epoch, head, first, messages, role };
  }

  mayUse(userId: number): Reply<null> {
    return mayUse(this.#facts(userId), userId);
  }

  membersFor(userId: number, admin: boolean): Reply<readonly RoomMember[]> {
    const managed = mayManage(this.#facts(userId), admin);
    if (managed.ok) return ok(this.#members.all());
    const used = this.mayUse(userId);
    return used.ok ? ok(this.#members.all()) : used;
  }

  /** `userId` is null when there is no such user. */
  addMember(byUserId: number, admin: boolean, userId: number | null): Reply<RoomMember> {
    const managed = mayManage(this.#facts(byUserId), admin);
    if (!managed.ok) return managed;
    if (userId === null) return fail("notFound", "there is no such user");
    return ok(this.#members.add(userId, "member", Date.now()));
  }

  /** Members may leave; the owner stays. */
  removeMember(byUserId: number, admin: boolean, userId: number): Reply<null> {
    const managed = mayManage(this.#facts(byUserId), admin);
    const leaves = byUserId === userId && this.#members.roleOf(userId) !== null;
    if (!managed.ok && !leaves) return managed;
    const role = this.#members.roleOf(userId);
    if (role === null) return fail("notFound", "this user is no member");
    if (role === "owner") return fail("conflict", "the owner cannot be removed");
    this.#members.remove(userId);
    if (!this.mayUse(userId).ok) this.audience.expel(userId);
    return ok(null);
  }

  async unseat(carrier: string, seat: CarrierSeat): Promise<void> {
    const name = this.#people.nameOf(seat.userId);
    if (name !== null) await this.audience.links.unseat(carrier, seat, { id: seat.userId, name });
  }

  /** A socket closed; the last one to go takes the unwritten read marks to disk. */
  leave(seat: Seat): void {
    this.audience.left(seat);
    if (this.audience.seats.size === 0) this.#marks.write();
  }

  #answered(grown: boolean): void {
    this.dialect.flushAnswers();
    if (!grown) return;
    this.audience.grown();
    if (this.kind === "direct") this.#tellRecipients();
  }

  /** Every message of a conversation of two goes to the other's gochat sockets as op 2, however it was sent. [GS5] */
  #tellRecipients(): void {
    const [a, b] = directPair(this.name) ?? [0, 0];
    for (const { event } of this.log.after(this.#told, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) {
      const toUserId = event.from.id === a ? b : a;
      const roomId = this.#pushRooms.get(event.seq) ?? 0;
      this.#directs.push({ event, toUserId, toUserName: "", roomId });
    }
    this.#told = this.log.head;
    this.#pushRooms.clear();
  }

  #facts(userId: number): AccessFacts {
    const { visibility } = this.#meta;
    return { kind: this.kind, room: this.name, visibility, role: this.#members.roleOf(userId) };
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
