import { Buffer } from "node:buffer";
import type { Person } from "../../contracts/event.ts";
import { type Identity, readIdentity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { SUBPROTOCOL } from "../../contracts/native.ts";
import { fail, ok, type Refusal } from "../../contracts/reply.ts";
import { closeSocket, echoClose, refuseUpgrade } from "../lib/sockets.ts";
import type { Door } from "./door.ts";
import type { Room } from "./room.ts";
import { Seat } from "./seat.ts";

/** A room's own sockets, as the runtime hands them over. */
export class RoomSockets {
  readonly #ctx: DurableObjectState;
  readonly #door: Door;
  readonly #now: () => Room;

  /** `now` answers the room's present life. */
  constructor(ctx: DurableObjectState, door: Door, now: () => Room) {
    this.#ctx = ctx;
    this.#door = door;
    this.#now = now;
  }

  /** Answers a request for a socket: with the upgrade, or with why there is none. */
  async upgrade(request: Request): Promise<Response> {
    const identity = readIdentity(request.headers);
    if (identity === null) return refuseUpgrade(fail("session"));
    if (request.headers.get("Upgrade") !== "websocket") return refuseUpgrade(fail("badRequest", "expected an upgrade"));
    const response = await this.#door.asCompany(identity, (room, person) => {
      if (room.audience.full) return fail("roomFull", undefined, limits.REVOKE_WAIT_MS_MAX);
      return ok(this.#accept(request, identity, person));
    });
    return response.ok ? response.value : refuseUpgrade(response);
  }

  /** Takes one message of a socket. */
  async message(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    this.#door.note();
    const room = this.#now();
    const seat = room.audience.seats.of(socket);
    if (seat === undefined) return closeSocket(socket, "session");
    seat.seenAtMs = Date.now();
    seat.transientBytes = 0;
    if (typeof data !== "string") return this.#refuseFrame(seat, fail("badRequest", "send text frames of JSON"));
    if (data.length > limits.FRAME_BYTES_MAX || Buffer.byteLength(data) > limits.FRAME_BYTES_MAX) {
      return this.#refuseFrame(seat, fail("tooLarge", `a frame has at most ${limits.FRAME_BYTES_MAX} bytes`));
    }
    if (seat.expiresAtMs <= seat.seenAtMs) return room.audience.drop(seat, "session");
    room.audience.sweep(seat.seenAtMs);
    await room.dialect.receive(seat, data);
  }

  /** A socket was closed by its client. */
  closed(socket: WebSocket, code: number, reason: string): void {
    this.left(socket);
    echoClose(socket, code, reason);
  }

  /** A socket is gone. */
  left(socket: WebSocket): void {
    this.#door.note();
    const room = this.#now();
    const seat = room.audience.seats.of(socket);
    if (seat !== undefined) room.seating.left(seat);
  }

  // No await between the check that the session lives and the seat: a logout comes before or after, never between.
  #accept(request: Request, identity: Identity, person: Person): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    this.#now().audience.seats.add(Seat.open(server, identity, person, Date.now()));
    const offered = request.headers.get("Sec-WebSocket-Protocol");
    const headers = offered === null ? {} : { "Sec-WebSocket-Protocol": SUBPROTOCOL };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  #refuseFrame(seat: Seat, refusal: Refusal): void {
    const { failure, message } = refusal;
    this.#now().audience.seats.send(seat, [{ type: "refused", failure, message }]);
  }
}
