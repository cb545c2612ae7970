import { DurableObject } from "cloudflare:workers";
import { Buffer } from "node:buffer";
import type { EventPage, Person } from "../../contracts/event.ts";
import { failures } from "../../contracts/failures.ts";
import { Op } from "../../contracts/gochat.ts";
import { type Identity, readIdentity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { count, noteAwake } from "../../contracts/metrics.ts";
import { directRoom } from "../../contracts/names.ts";
import { type PageQuery, PING, PONG, SUBPROTOCOL } from "../../contracts/native.ts";
import type { CarrierSeat, EndedSession, RoomStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type {
  Change,
  GrantedRole,
  Outgoing,
  PresencePage,
  RoomCount,
  RoomDescription,
  RoomInfo,
  RoomMember,
  RoomVisibility,
  Sent,
  VersionPage,
  VersionQuery,
} from "../../contracts/services.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { closeSocket } from "./native-seats.ts";
import { Room } from "./room.ts";
import { Seat } from "./seat.ts";

/** One room: its log, its seats, its sockets. A shell around Room; nothing here decides. */
export class RoomObject extends DurableObject<ObjectEnv> implements RoomStub {
  static {
    receiveCalls(RoomObject.prototype, { object: "room" });
  }
  /** Another one after a deletion: ask for it anew after every await. */
  #room: Room;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, traceObjects(env));
    this.#room = new Room(ctx, this.env, ctx.id.name ?? "");
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    count("edgechat_room_starts_total");
  }

  // RPC

  async send(identity: Identity, message: Outgoing): Promise<Reply<Sent>> {
    return this.#asGuest(identity, (room, person) => room.send(person, identity.sessionId, message));
  }

  async push(identity: Identity, message: Outgoing, toUserId: number, roomId: number): Promise<Reply<Sent>> {
    if (this.#room.name !== directRoom(identity.userId, toUserId)) return fail("badRequest", "this is another pair");
    return this.#asGuest(identity, (room, person) => room.push(person, identity.sessionId, message, roomId));
  }

  async change(identity: Identity, change: Change): Promise<Reply<Sent>> {
    return this.#asGuest(identity, (room, person) => room.change(person, identity.sessionId, change));
  }

  async versions(identity: Identity, query: VersionQuery): Promise<Reply<VersionPage>> {
    return this.#asGuest(identity, (room, person) => room.versions(query, person.id));
  }

  async history(identity: Identity, query: PageQuery): Promise<Reply<EventPage>> {
    return this.#asGuest(identity, (room) => ok(room.log.page(query)));
  }

  async presence(identity: Identity, after: number, limit: number): Promise<Reply<PresencePage>> {
    return this.#asGuest(identity, async (room) => ok((await room.audience.present()).page(after, limit)));
  }

  async count(identity: Identity): Promise<Reply<RoomCount>> {
    const info = await this.#info(identity);
    if (!info.ok) return info;
    const { roomId, count } = info.value;
    this.#tell(identity.userId, { op: Op.roomCount, count });
    return ok({ roomId, count });
  }

  async roomInfo(identity: Identity): Promise<Reply<RoomInfo>> {
    const info = await this.#info(identity);
    if (info.ok) this.#tell(identity.userId, { op: Op.roomInfo, ...info.value });
    return info;
  }

  async create(identity: Identity, visibility: RoomVisibility): Promise<Reply<RoomDescription>> {
    const person = await this.#admit(identity);
    return person.ok ? this.#room.create(person.value, visibility) : person;
  }

  async describe(identity: Identity): Promise<Reply<RoomDescription>> {
    return this.#asGuest(identity, (room, person) => ok(room.describe(person.id)));
  }

  async members(identity: Identity): Promise<Reply<readonly RoomMember[]>> {
    return this.#asManager(identity, ({ membership }, by, admin) => membership.membersFor(by, admin));
  }

  async addMember(identity: Identity, userId: number, role?: GrantedRole): Promise<Reply<RoomMember>> {
    const person = await this.#admit(identity);
    if (!person.ok) return person;
    const known = await this.env.USER.getByName(String(userId)).exists();
    return this.#asManager(identity, ({ membership }, by, admin) =>
      membership.addMember(by, admin, known ? userId : null, role),
    );
  }

  async removeMember(identity: Identity, userId: number): Promise<Reply<null>> {
    return this.#asManager(identity, ({ membership }, by, admin) => membership.removeMember(by, admin, userId));
  }

  async delete(identity: Identity): Promise<Reply<boolean>> {
    return this.#asManager(identity, (room, by, admin) => {
      const deletes = room.membership.mayDelete(by, admin);
      if (deletes.ok && deletes.value) this.#delete(room);
      return deletes;
    });
  }

  async enter(identity: Identity, personName: string): Promise<Reply<null>> {
    return this.#asGuest(identity, ({ membership }, person) => membership.enter(person, personName));
  }

  async leave(identity: Identity, personName: string): Promise<Reply<boolean>> {
    return this.#asGuest(identity, ({ membership }, person) => membership.leave(person, personName));
  }

  async people(identity: Identity): Promise<Reply<readonly string[]>> {
    return this.#asGuest(identity, ({ membership }) => ok(membership.people()));
  }

  async seat(identity: Identity, carrier: string, connection: string): Promise<Reply<Person>> {
    const { userId, sessionId } = identity;
    return this.#asGuest(identity, async (room, person) => {
      const { audience, sessions, log } = room;
      if (audience.full) return fail("roomFull");
      const wasHere = audience.presence.has(userId);
      await audience.links.seat(carrier, { connection, userId, sessionId }, person);
      if (log.ended) return fail("notFound", "the room was deleted");
      // The session may have ended while the carrier was asked for its seats.
      if (sessions.isDead(sessionId)) {
        audience.links.end(new Set([sessionId]));
        return fail("session");
      }
      // A further socket of somebody who is here changes nothing for the others: only its user is told who is here.
      if (wasHere && room.kind === "numbered") this.#tell(userId, audience.roomInfo());
      return ok(person);
    });
  }

  async unseat(carrier: string, seat: CarrierSeat): Promise<void> {
    this.#note();
    await this.#room.unseat(carrier, seat);
  }

  async pull(_carrier: string, after: number): Promise<EventPage> {
    return this.#room.log.page({ after, limit: limits.PAGE_MAX });
  }

  async revoke(sessions: readonly EndedSession[]): Promise<number> {
    this.#note();
    return this.#room.revoke(sessions);
  }

  // Sockets

  override async fetch(request: Request): Promise<Response> {
    const identity = readIdentity(request.headers);
    if (identity === null) return refuse(fail("session"));
    if (request.headers.get("Upgrade") !== "websocket") return refuse(fail("badRequest", "expected an upgrade"));
    const response = await this.#asGuest(identity, (room, person) => {
      if (room.audience.full) return fail("roomFull", undefined, limits.REVOKE_WAIT_MS_MAX);
      return ok(this.#accept(room, request, identity, person));
    });
    return response.ok ? response.value : refuse(response);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    this.#note();
    const seat = this.#room.audience.seats.of(socket);
    if (seat === undefined) return closeSocket(socket, "session");
    seat.seenAtMs = Date.now();
    seat.transientBytes = 0;
    if (typeof data !== "string") return this.#refuseFrame(seat, fail("badRequest", "send text frames of JSON"));
    if (data.length > limits.FRAME_BYTES_MAX || Buffer.byteLength(data) > limits.FRAME_BYTES_MAX) {
      return this.#refuseFrame(seat, fail("tooLarge", `a frame has at most ${limits.FRAME_BYTES_MAX} bytes`));
    }
    if (seat.expiresAtMs <= seat.seenAtMs) return this.#room.audience.drop(seat, "session");
    this.#room.audience.sweep(seat.seenAtMs);
    await this.#room.dialect.receive(seat, data);
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    // The runtime does not echo a close frame for hibernating sockets (compatibility date 2026-10-20), and refuses to
    // send the reserved codes.
    const reserved = code === 1005 || code === 1006 || code === 1015;
    this.#leave(socket);
    try {
      socket.close(reserved ? 1000 : code, reserved ? "" : reason);
    } catch {
      // Closed from this side already.
    }
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#leave(socket);
  }

  // No await between the check that the session lives and the seat: a logout comes before or after, never between.
  #accept(room: Room, request: Request, identity: Identity, person: Person): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    room.audience.seats.add(Seat.open(server, identity, person, Date.now()));
    const offered = request.headers.get("Sec-WebSocket-Protocol");
    const headers = offered === null ? {} : { "Sec-WebSocket-Protocol": SUBPROTOCOL };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  #leave(socket: WebSocket): void {
    this.#note();
    const seat = this.#room.audience.seats.of(socket);
    if (seat !== undefined) this.#room.left(seat);
  }

  #refuseFrame(seat: Seat, refusal: Refusal): void {
    const { failure, message } = refusal;
    this.#room.audience.seats.send(seat, [{ type: "refused", failure, message }]);
  }

  #note(): void {
    noteAwake(this.#room.name, Date.now());
  }

  async #admit(identity: Identity): Promise<Reply<Person>> {
    this.#note();
    return this.#room.sessions.admit(identity);
  }

  /** Lets somebody who may use the room do something in the turn of that check, so that no deletion falls between. */
  async #asGuest<T>(
    identity: Identity,
    act: (room: Room, person: Person) => Reply<T> | Promise<Reply<T>>,
  ): Promise<Reply<T>> {
    const person = await this.#admit(identity);
    if (!person.ok) return person;
    const room = this.#room;
    const allowed = room.membership.mayUse(person.value.id);
    return allowed.ok ? act(room, person.value) : allowed;
  }

  /** The same for what an administrator may do without using the room: `act` decides who else may. */
  async #asManager<T>(
    identity: Identity,
    act: (room: Room, byUserId: number, admin: boolean) => Reply<T>,
  ): Promise<Reply<T>> {
    const person = await this.#admit(identity);
    if (!person.ok) return person;
    const admin = await this.#isAdmin(identity);
    // The session may have ended meanwhile: logout comes first. [RR3]
    return this.#room.sessions.isDead(identity.sessionId) ? fail("session") : act(this.#room, person.value.id, admin);
  }

  #delete(room: Room): void {
    this.ctx.waitUntil(room.delete());
    this.#room = new Room(this.ctx, this.env, room.name, room);
  }

  async #info(identity: Identity): Promise<Reply<RoomInfo>> {
    return this.#asGuest(identity, async ({ audience }) => {
      await audience.present();
      const { roomId, count, roomUserInfo } = audience.roomInfo();
      return ok({ roomId, count, roomUserInfo });
    });
  }

  #tell(userId: number, frame: Parameters<Room["audience"]["links"]["tell"]>[0]): void {
    this.ctx.waitUntil(this.#room.audience.links.tell(frame, userId));
  }

  async #isAdmin({ userId, sessionId }: Identity): Promise<boolean> {
    const user = await this.env.USER.getByName(String(userId)).check(sessionId);
    return user.ok && user.value.admin;
  }
}

function refuse(refusal: Refusal): Response {
  return Response.json(refusal, { status: failures[refusal.failure].status });
}
