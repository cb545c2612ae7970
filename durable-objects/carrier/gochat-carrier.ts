import { type FailureName, failures } from "../../contracts/failures.ts";
import type { DirectMessage, GochatFrame } from "../../contracts/gochat.ts";
import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import { move } from "../../contracts/metrics.ts";
import type { CarrierSeat, Delivery, EndedSession } from "../../contracts/objects.ts";
import { fail, type Refusal } from "../../contracts/reply.ts";
import { readTokenKeys } from "../../contracts/token.ts";
import type { ObjectEnv } from "../lib/env.ts";
import { Boarding } from "./boarding.ts";
import type { CarrierKind, SocketEvents } from "./carrier-kind.ts";
import { DeadSessions } from "./dead-sessions.ts";
import { Deliveries } from "./deliveries.ts";
import { Passenger } from "./passenger.ts";
import { Passengers } from "./passengers.ts";
import { SignInWatch } from "./sign-in-watch.ts";

const SWEEP_MS = 10_000;
const DIALECT = { dialect: "gochat" };
/** WebSocket close codes (RFC 6455 and the IANA registry) as gochat's clients know them. */
const CLOSE = { policy: 1008, tooBig: 1009, internal: 1011, tryAgain: 1013 } as const;

/** How a gochat socket is told that its seat ended: to come back, or not. */
const DISMISSED: Readonly<Partial<Record<FailureName, readonly [code: number, reason: string]>>> = {
  forbidden: [CLOSE.policy, "you may not be here any more"],
  notFound: [CLOSE.tryAgain, "the room was deleted"],
  busy: [CLOSE.tryAgain, "too slow: connect again"],
};

/**
 * Holds gochat's bare /ws sockets, which name their room only after the upgrade. Keeps nothing on disk: what a socket
 * is travels in its attachment.
 */
export class GochatCarrier implements CarrierKind {
  readonly sockets: SocketEvents;
  readonly #ctx: DurableObjectState;
  readonly #passengers = new Passengers();
  readonly #dead = new DeadSessions();
  readonly #boarding: Boarding;
  readonly #deliveries: Deliveries;
  #sweptAtMs = 0;
  readonly #signIns = new SignInWatch((late) => this.#drop(late, CLOSE.policy, "sign in first"));

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    this.#ctx = ctx;
    this.sockets = {
      message: (socket, data) => this.#message(socket, data),
      closed: (socket, code, reason) => this.#closed(socket, code, reason),
      broken: (socket) => this.#leave(socket),
    };
    const name = ctx.id.name ?? "";
    const keys = readTokenKeys(env.TOKEN_KEYS);
    const isDead = (sessionId: string) => this.#dead.has(sessionId);
    this.#boarding = new Boarding({
      name,
      passengers: this.#passengers,
      rooms: env.ROOM,
      users: env.USER,
      keys,
      isDead,
    });
    this.#deliveries = new Deliveries(name, this.#passengers, env.ROOM);
    for (const socket of ctx.getWebSockets()) {
      const passenger = socket.readyState === WebSocket.OPEN ? Passenger.restore(socket) : null;
      if (passenger !== null) this.#passengers.add(passenger);
    }
  }

  async deliver(delivery: Delivery): Promise<string> {
    this.#sweep();
    return this.#deliveries.deliver(delivery);
  }

  async tell(room: string, frame: GochatFrame, onlyUserId?: number): Promise<string> {
    this.#sweep();
    return this.#deliveries.tell(room, frame, onlyUserId);
  }

  async seats(room: string): Promise<readonly CarrierSeat[]> {
    return this.#passengers.seats(room);
  }

  async dismiss(room: string, failure: FailureName, onlyUserId?: number): Promise<void> {
    const [code, reason] = DISMISSED[failure] ?? [CLOSE.tryAgain, failures[failure].message];
    for (const passenger of [...this.#passengers.inRoom(room)]) {
      const concerns = onlyUserId === undefined || passenger.identity?.userId === onlyUserId;
      if (concerns) this.#drop(passenger, code, reason);
    }
  }

  async direct(userId: number, messages: readonly DirectMessage[]): Promise<void> {
    this.#sweep();
    this.#deliveries.direct(userId, messages);
  }

  async revoke(sessions: readonly EndedSession[]): Promise<number> {
    this.#dead.add(sessions);
    const ids = new Set(sessions.map(({ id }) => id));
    const ended = this.#passengers.all().filter(({ identity }) => identity !== null && ids.has(identity.sessionId));
    for (const passenger of ended) this.#drop(passenger, CLOSE.policy, "invalid token");
    return ended.length;
  }

  async fetch(request: Request): Promise<Response> {
    if (request.headers.get("Upgrade") !== "websocket") return new Response(null, { status: 426 });
    if (this.#passengers.size >= limits.SEATS_PER_CARRIER_MAX) return new Response(null, { status: 503 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    const passenger = Passenger.open(server, Date.now());
    this.#passengers.add(passenger);
    this.#signIns.expect(passenger);
    move("edgechat_connections", DIALECT, 1);
    return new Response(null, { status: 101, webSocket: client });
  }

  async #message(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const passenger = this.#passengers.of(socket);
    if (passenger === undefined) return close(socket, CLOSE.policy, "invalid token");
    const size = typeof data === "string" ? data.length : data.byteLength;
    if (size > limits.JOIN_FRAME_BYTES_MAX) return this.#drop(passenger, CLOSE.tooBig, "frame too big");
    if (passenger.waiting >= limits.JOIN_FRAMES_WAITING_MAX) {
      return this.#drop(passenger, CLOSE.policy, "too many join frames");
    }
    passenger.waiting++;
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    passenger.turn = passenger.turn.then(() => this.#join(passenger, text));
    await passenger.turn;
    passenger.waiting--;
  }

  async #closed(socket: WebSocket, code: number, reason: string): Promise<void> {
    const reserved = code === 1005 || code === 1006 || code === 1015;
    close(socket, reserved ? 1000 : code, reserved ? "" : reason);
    await this.#leave(socket);
  }

  async #join(passenger: Passenger, text: string): Promise<void> {
    if (this.#passengers.of(passenger.socket) !== passenger) return;
    const refusal = await this.#tryJoin(passenger, text);
    if (refusal === null) return this.#signIns.settle(passenger);
    const { failure, message } = refusal;
    if (failure === "session") this.#drop(passenger, CLOSE.policy, "invalid token");
    else if (failure === "badRequest") this.#drop(passenger, CLOSE.policy, message);
    else if (failure === "roomFull") this.#drop(passenger, CLOSE.tryAgain, message);
    else this.#drop(passenger, CLOSE.internal, message);
  }

  async #tryJoin(passenger: Passenger, text: string): Promise<Refusal | null> {
    try {
      return await this.#boarding.join(passenger, text);
    } catch (error) {
      log("error", "join failed", { error: describeError(error) });
      return fail("unavailable");
    }
  }

  /** Off the lists first, so that nothing reaches the socket any more; then closed; then the room is told. */
  #drop(passenger: Passenger, code: number, reason: string): void {
    if (!this.#remove(passenger)) return;
    close(passenger.socket, code, reason);
    this.#ctx.waitUntil(this.#boarding.leave(passenger));
  }

  async #leave(socket: WebSocket): Promise<void> {
    const passenger = this.#passengers.of(socket);
    if (passenger !== undefined && this.#remove(passenger)) await this.#boarding.leave(passenger);
  }

  /** Closes what outlived its session: on a wake, then every 10 s at most. [RR6] */
  #sweep(): void {
    const nowMs = Date.now();
    if (nowMs - this.#sweptAtMs < SWEEP_MS) return;
    this.#sweptAtMs = nowMs;
    for (const passenger of this.#passengers.all()) {
      const expired = passenger.identity !== null && passenger.identity.expiresAtMs <= nowMs;
      if (expired) this.#drop(passenger, CLOSE.policy, "invalid token");
    }
  }

  #remove(passenger: Passenger): boolean {
    const removed = this.#passengers.remove(passenger);
    this.#signIns.settle(passenger);
    if (removed) move("edgechat_connections", DIALECT, -1);
    return removed;
  }
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // The peer was faster.
  }
}
