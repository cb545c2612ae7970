import { DurableObject } from "cloudflare:workers";
import type { EventPage, Person, RoomEvent } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { count } from "../../contracts/metrics.ts";
import { directRoom } from "../../contracts/names.ts";
import { type PageQuery, PING, PONG } from "../../contracts/native.ts";
import type { CarrierSeat, EndedSession, RoomStub, Seated, SendOf, UserNews } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type {
  ExportHead,
  Glance,
  GrantedRole,
  Invitation,
  InvitationTerms,
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
} from "../../contracts/rooms.ts";
import type {
  Change,
  Outgoing,
  PresencePage,
  RoomCount,
  RoomInfo,
  Sent,
  VersionPage,
  VersionQuery,
} from "../../contracts/services.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { Door } from "./door.ts";
import { takeSend, takeSends, takeSeries } from "./many-sends.ts";
import type { Room } from "./room.ts";
import { RoomCounts } from "./room-counts.ts";
import { RoomLives } from "./room-lives.ts";
import { RoomSockets } from "./room-sockets.ts";
import { Strangers } from "./strangers.ts";

/** One room: its log, its seats, its sockets. A shell around Room; nothing here decides. */
export class RoomObject extends DurableObject<ObjectEnv> implements RoomStub {
  static {
    receiveCalls(RoomObject.prototype, { object: "room" });
  }
  readonly #lives: RoomLives;
  readonly #door: Door;
  readonly #strangers: Strangers;
  readonly #counts: RoomCounts;
  readonly #sockets: RoomSockets;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, traceObjects(env));
    this.#lives = new RoomLives(ctx, this.env);
    this.#door = new Door(this.env.USER, () => this.#room);
    this.#strangers = new Strangers(this.env.USER, this.#door);
    this.#counts = new RoomCounts(ctx, this.#door);
    this.#sockets = new RoomSockets(ctx, this.#door, () => this.#room);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    count("edgechat_room_starts_total");
  }

  // RPC

  async send(identity: Identity, message: Outgoing): Promise<Reply<Sent>> {
    return takeSend({ identity, message }, this.#door);
  }

  async sendMany(sends: readonly SendOf[]): Promise<readonly Reply<Sent>[]> {
    return takeSends(sends, this.#door);
  }

  async sendSeries(identity: Identity, messages: readonly Outgoing[]): Promise<Reply<readonly Reply<Sent>[]>> {
    return takeSeries(identity, messages, this.#door);
  }

  async push(identity: Identity, message: Outgoing, toUserId: number, roomId: number): Promise<Reply<Sent>> {
    if (this.#room.name !== directRoom(identity.userId, toUserId)) return fail("badRequest", "this is another pair");
    return this.#door.asGuest(identity, (room, person) => room.push(person, identity.sessionId, message, roomId));
  }

  async change(identity: Identity, change: Change): Promise<Reply<Sent>> {
    return this.#door.asGuest(identity, (room, person) => room.change(person, identity.sessionId, change));
  }

  async versions(identity: Identity, query: VersionQuery): Promise<Reply<VersionPage>> {
    return this.#door.asGuest(identity, (room, person) => room.versions(query, person.id));
  }

  async history(identity: Identity, query: PageQuery): Promise<Reply<EventPage>> {
    return this.#door.asGuest(identity, (room, person) => ok(room.log.page(query, room.visibleFrom(person.id))));
  }

  async presence(identity: Identity, after: number, limit: number): Promise<Reply<PresencePage>> {
    return this.#door.asGuest(identity, async (room) => ok((await room.audience.present()).page(after, limit)));
  }

  async count(identity: Identity): Promise<Reply<RoomCount>> {
    return this.#counts.count(identity);
  }

  async roomInfo(identity: Identity): Promise<Reply<RoomInfo>> {
    return this.#counts.info(identity);
  }

  async create(identity: Identity, visibility: RoomVisibility, draft?: RoomDraft): Promise<Reply<RoomDescription>> {
    return this.#door.asPerson(identity, (room, by) => this.#lives.create(room, by, { visibility, draft }));
  }

  async open(identity: Identity, other: Person): Promise<Reply<RoomDescription>> {
    return this.#door.asGuest(identity, (room, by) => room.open(by, other));
  }

  async configure(identity: Identity, patch: ProfilePatch): Promise<Reply<RoomDescription>> {
    return this.#door.asCaller(identity, (room, by) => room.configure(by, patch));
  }

  async join(identity: Identity, invitation: string | null): Promise<Reply<RoomDescription>> {
    return this.#strangers.join(identity, invitation);
  }

  async invitations(identity: Identity): Promise<Reply<readonly Invitation[]>> {
    return this.#door.asCaller(identity, (room, by) => room.doors.invitations(by));
  }

  async invite(identity: Identity, terms: InvitationTerms): Promise<Reply<NewInvitation>> {
    return this.#door.asCaller(identity, (room, by) => room.doors.invite(by, terms));
  }

  async revokeInvitation(identity: Identity, id: string): Promise<Reply<null>> {
    return this.#door.asCaller(identity, (room, by) => room.doors.revoke(by, id));
  }

  async moderate(identity: Identity, act: ModerationAct): Promise<Reply<Moderated>> {
    return this.#strangers.moderate(identity, act);
  }

  async restrictions(identity: Identity): Promise<Reply<readonly Restriction[]>> {
    return this.#door.asCaller(identity, (room, by) => room.moderation.restrictions(by));
  }

  async moderationLog(identity: Identity, before: number, limit: number): Promise<Reply<ModerationPage>> {
    return this.#door.asCaller(identity, (room, by) => room.moderation.log(by, before, limit));
  }

  async report(identity: Identity, seq: number, reason: string): Promise<Reply<Report>> {
    return this.#door.asCaller(identity, (room, by) => room.moderation.report(by, seq, reason));
  }

  async reports(identity: Identity, query: ReportQuery): Promise<Reply<ReportPage>> {
    return this.#door.asCaller(identity, (room, by) => room.moderation.reports(by, query));
  }

  async thread(identity: Identity, query: ThreadQuery): Promise<Reply<ThreadPage>> {
    return this.#door.asGuest(identity, (room, { id }) => room.threads.page(query, room.visibleFrom(id)));
  }

  async pins(identity: Identity): Promise<Reply<readonly Pin[]>> {
    return this.#door.asGuest(identity, (room, { id }) => ok(room.pins.all(room.visibleFrom(id))));
  }

  async marks(identity: Identity, after: number, limit: number): Promise<Reply<MarkPage>> {
    return this.#door.asGuest(identity, (room, { id }) => ok(room.marks.page(after, limit, id)));
  }

  async read(identity: Identity, seq: number): Promise<Reply<Marks>> {
    return this.#door.asGuest(identity, (room, { id }) => ok(room.liveMarks.read(id, seq)));
  }

  async exportHead(identity: Identity): Promise<Reply<ExportHead>> {
    return this.#door.asCaller(identity, (room, by) => room.rights.exports.head(by));
  }

  async exportOwn(identity: Identity, from: number, limit: number): Promise<Reply<OwnPage>> {
    return this.#door.asPerson(identity, (room, { id }) => room.rights.exports.own(id, from, limit));
  }

  async beginImport(identity: Identity, head: ExportHead, keepAuthors: boolean): Promise<Reply<null>> {
    return this.#door.asManager(identity, (room, by, admin) => {
      if (keepAuthors && !admin) return fail("forbidden", "only an administrator keeps the authors of an import");
      return this.#lives.beginImport(room, by, { head, keepAuthors });
    });
  }

  async importEvents(identity: Identity, events: readonly RoomEvent[]): Promise<Reply<null>> {
    return this.#door.asPerson(identity, (room, by) => room.rights.imports.add(by, events));
  }

  async finishImport(identity: Identity): Promise<Reply<RoomDescription>> {
    return this.#door.asPerson(identity, (room, by) => this.#lives.finishImport(room, by));
  }

  async describe(identity: Identity): Promise<Reply<RoomDescription>> {
    return this.#door.asGuest(identity, (room, person) => ok(room.describe(person.id)));
  }

  async members(identity: Identity): Promise<Reply<readonly RoomMember[]>> {
    return this.#door.asManager(identity, ({ membership }, by, admin) => membership.membersFor(by.id, admin));
  }

  async addMember(identity: Identity, userId: number, role?: GrantedRole): Promise<Reply<RoomMember>> {
    return this.#strangers.addMember(identity, userId, role);
  }

  async removeMember(identity: Identity, userId: number): Promise<Reply<null>> {
    return this.#door.asManager(identity, ({ membership }, by, admin) => membership.removeMember(by, admin, userId));
  }

  async delete(identity: Identity): Promise<Reply<boolean>> {
    return this.#door.asManager(identity, (room, by, admin) => this.#lives.end(room, by, admin));
  }

  async enter(identity: Identity, personName: string): Promise<Reply<null>> {
    return this.#door.asGuest(identity, ({ membership }, person) => membership.enter(person, personName));
  }

  async leave(identity: Identity, personName: string): Promise<Reply<boolean>> {
    return this.#door.asGuest(identity, ({ membership }, person) => membership.leave(person, personName));
  }

  async people(identity: Identity): Promise<Reply<readonly string[]>> {
    return this.#door.asGuest(identity, ({ membership }) => ok(membership.people()));
  }

  async seat(identity: Identity, carrier: string, connection: string, sinceMs?: number): Promise<Reply<Seated>> {
    return this.#door.asCompany(identity, ({ seating }, person) =>
      seating.seat({ identity, carrier, connection, sinceMs }, person),
    );
  }

  async unseat(carrier: string, seat: CarrierSeat): Promise<void> {
    this.#door.note();
    await this.#room.seating.unseat(carrier, [seat]);
  }

  async unseatMany(carrier: string, seats: readonly CarrierSeat[]): Promise<void> {
    this.#door.note();
    await this.#room.seating.unseat(carrier, seats);
  }

  async pull(_carrier: string, after: number): Promise<EventPage> {
    return this.#room.log.page({ after, limit: limits.PAGE_MAX });
  }

  async revoke(sessions: readonly EndedSession[]): Promise<number> {
    this.#door.note();
    return this.#room.seating.revoke(sessions);
  }

  async learn(userId: number, news: UserNews, stamp: number): Promise<void> {
    this.#room.learn(userId, news, stamp);
  }

  async glance(userId: number, blocked: readonly number[]): Promise<Glance | null> {
    return this.#room.glance(userId, blocked);
  }

  async watch(userId: number): Promise<void> {
    this.#room.notices.watch(userId);
  }

  // Sockets

  override async fetch(request: Request): Promise<Response> {
    return this.#sockets.upgrade(request);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await this.#sockets.message(socket, data);
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    this.#sockets.closed(socket, code, reason);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#sockets.left(socket);
  }

  override async alarm(): Promise<void> {
    await this.#room.jobs.run();
    this.#lives.sweep();
  }

  get #room(): Room {
    return this.#lives.now;
  }
}
