import type { FailureName } from "../../../contracts/failures.ts";
import type { DirectMessage, GochatFrame } from "../../../contracts/gochat.ts";
import { readIdentity } from "../../../contracts/identity.ts";
import { log } from "../../../contracts/log.ts";
import { count, move } from "../../../contracts/metrics.ts";
import type { CarrierSeat, Delivery, EndedSession } from "../../../contracts/objects.ts";
import { fail } from "../../../contracts/reply.ts";
import { digestSeats } from "../../../contracts/seat-digest.ts";
import { readTokenKeys } from "../../../contracts/token.ts";
import { outsideTrace } from "../../../contracts/trace-context.ts";
import type { ObjectEnv } from "../../lib/env.ts";
import { echoClose, refuseUpgrade } from "../../lib/sockets.ts";
import type { CarrierKind } from "../carrier-kind.ts";
import { DeadSessions } from "../dead-sessions.ts";
import { Attachments } from "./attachments.ts";
import { TokenBook } from "./token-book.ts";
import { Uplink } from "./uplink.ts";
import { toCarrierSeat, type UplinkSeat } from "./uplink-seats.ts";

const TICK_MS = 2_000;
const NOBODY = digestSeats([]);
const DIALECT = { dialect: "uplink" };

/**
 * Holds the one uplink of a replica of the origin, and through it the seats of everybody whom that serves. Its socket does
 * not hibernate: an uplink is always in use, and its seats live exactly as long as it does. [UP1]
 */
export class UplinkCarrier implements CarrierKind {
  readonly sockets = null;
  readonly #name: string;
  readonly #env: ObjectEnv;
  readonly #dead = new DeadSessions();
  readonly #attachments: Attachments;
  readonly #tokens: TokenBook;
  #uplink: Uplink | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    this.#name = ctx.id.name ?? "";
    this.#env = env;
    this.#attachments = new Attachments(env.USER, this.#name);
    this.#tokens = new TokenBook(readTokenKeys(env.TOKEN_KEYS), (sessionId) => this.#dead.has(sessionId));
  }

  /** Waits while the replica has much to read: the room's next call has everything since then. [UP8] */
  async deliver({ room, after, events }: Delivery): Promise<string> {
    const uplink = this.#uplink;
    await uplink?.wire.hasRoom();
    if (uplink !== null && uplink.seats.inRoom(room).size > 0) this.#hand(uplink, { room, after, events });
    return this.#digest(room);
  }

  async tell(room: string, frame: GochatFrame, onlyUserId?: number): Promise<string> {
    const told = onlyUserId === undefined ? this.#inRoom(room).size > 0 : this.#isIn(room, onlyUserId);
    const only = onlyUserId === undefined ? {} : { onlyUserId };
    if (told) this.#uplink?.wire.push({ type: "told", room, frame, ...only });
    return this.#digest(room);
  }

  async seats(room: string): Promise<readonly CarrierSeat[]> {
    return [...this.#inRoom(room)].map(toCarrierSeat);
  }

  async dismiss(room: string, failure: FailureName, onlyUserId?: number): Promise<void> {
    const ended = [...this.#inRoom(room)].filter(({ identity }) => concerns(identity.userId, onlyUserId));
    this.#end(ended, failure);
  }

  async direct(userId: number, messages: readonly DirectMessage[]): Promise<void> {
    if (this.#uplink === null || this.#uplink.seats.ofUser(userId).size === 0) return;
    this.#uplink.wire.push({ type: "direct", userId, messages });
    count("edgechat_deliveries_total", DIALECT, messages.length);
  }

  async revoke(sessions: readonly EndedSession[]): Promise<number> {
    this.#dead.add(sessions);
    const ended = sessions.flatMap(({ id }) => [...(this.#uplink?.seats.ofSession(id) ?? [])]);
    this.#end(ended, "session");
    return ended.length;
  }

  async fetch(request: Request): Promise<Response> {
    const identity = readIdentity(request.headers);
    if (identity?.kind !== "origin") return refuseUpgrade(fail("session"));
    if (request.headers.get("Upgrade") !== "websocket") return refuseUpgrade(fail("badRequest", "expected an upgrade"));
    const { 0: client, 1: server } = new WebSocketPair();
    // What comes over it serves many and belongs to no trace.
    outsideTrace(() => this.#open(server, identity.expiresAtMs));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A second uplink of a replica takes the place of the first. [UP1] */
  #open(socket: WebSocket, expiresAtMs: number): void {
    this.#uplink?.end("conflict", "another uplink of this replica was opened");
    socket.accept();
    const { ROOM: rooms } = this.#env;
    const isDead = (sessionId: string) => this.#dead.has(sessionId);
    const parts = { carrier: this.#name, socket, expiresAtMs, rooms, isDead, ended: () => this.#closed(uplink) };
    const uplink: Uplink = new Uplink({ ...parts, attachments: this.#attachments, tokens: this.#tokens });
    this.#uplink = uplink;
    move("edgechat_connections", DIALECT, 1);
    log("info", "uplink opened", { carrier: this.#name });
    socket.addEventListener("message", ({ data }) => uplink.take(data));
    socket.addEventListener("close", ({ code, reason }) => {
      echoClose(socket, code, reason);
      uplink.end("idle", "the replica has gone");
    });
    socket.addEventListener("error", () => uplink.end("idle", "the connection broke"));
    this.#timer ??= setInterval(() => this.#uplink?.tick(Date.now()), TICK_MS);
  }

  #closed(uplink: Uplink): void {
    move("edgechat_connections", DIALECT, -1);
    if (this.#uplink !== uplink) return;
    this.#uplink = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #hand({ wire }: Uplink, { room, after, events }: Delivery): void {
    wire.push({ type: "events", room, after, events });
    count("edgechat_deliveries_total", DIALECT, events.length);
  }

  #end(ended: readonly UplinkSeat[], failure: FailureName): void {
    void this.#uplink?.seating.dismiss(ended, failure);
  }

  #inRoom(room: string): ReadonlySet<UplinkSeat> {
    return this.#uplink?.seats.inRoom(room) ?? new Set();
  }

  #isIn(room: string, userId: number): boolean {
    for (const seat of this.#uplink?.seats.ofUser(userId) ?? []) if (seat.room === room) return true;
    return false;
  }

  #digest(room: string): string {
    return this.#uplink?.seats.digest(room) ?? NOBODY;
  }
}

function concerns(userId: number, onlyUserId: number | undefined): boolean {
  return onlyUserId === undefined || userId === onlyUserId;
}
