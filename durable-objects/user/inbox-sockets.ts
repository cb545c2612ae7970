import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { move } from "../../contracts/metrics.ts";
import { type InboxFrame, SUBPROTOCOL } from "../../contracts/native.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import { closeSocket, echoClose } from "../lib/sockets.ts";

/** What survives hibernation with a socket: whose session it is, until when, and when it was opened. */
type Attachment = { readonly sessionId: string; readonly expiresAtMs: number; readonly openedAtMs: number };
type Open = { readonly socket: WebSocket; readonly attachment: Attachment };
/** A socket that was accepted, and the answer to its upgrade. */
export type Accepted = { readonly socket: WebSocket; readonly response: Response };

const DIALECT = { dialect: "inbox" };

/** The sockets of one user's inbox. The runtime keeps them, so that the object sleeps while nothing happens. */
export class InboxSockets {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /** Whether any inbox is open. */
  get isOpen(): boolean {
    return this.#all().length > 0;
  }

  /** Takes an upgrade of a live session, unless too many are open. */
  accept(request: Request, { sessionId, expiresAtMs }: Identity): Reply<Accepted> {
    if (this.#all().length >= limits.INBOX_SOCKETS_PER_USER_MAX) {
      return fail("busy", `${limits.INBOX_SOCKETS_PER_USER_MAX} sockets of this inbox are open: close one first`);
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    server.serializeAttachment({ sessionId, expiresAtMs, openedAtMs: Date.now() } satisfies Attachment);
    move("edgechat_connections", DIALECT, 1);
    const offered = request.headers.get("Sec-WebSocket-Protocol");
    const headers = offered === null ? {} : { "Sec-WebSocket-Protocol": SUBPROTOCOL };
    return ok({ socket: server, response: new Response(null, { status: 101, webSocket: client, headers }) });
  }

  /** Sends a frame to every socket. One that is expired, or gave no sign of life for long, is closed instead. [IN9] */
  send(frame: InboxFrame): void {
    const text = JSON.stringify([frame]);
    for (const open of this.#all()) this.#send(open, text);
  }

  /** Sends a frame to one socket; false when that is not open any more. */
  sendTo(socket: WebSocket, frame: InboxFrame): boolean {
    const open = toOpen(socket);
    return open !== null && this.#send(open, JSON.stringify([frame]));
  }

  /** Closes the sockets of sessions that ended. Answers how many. [IN8] */
  end(sessionIds: ReadonlySet<string>): number {
    const ended = this.#all().filter(({ attachment }) => sessionIds.has(attachment.sessionId));
    for (const { socket } of ended) this.#drop(socket, "session");
    return ended.length;
  }

  /** Closes the sockets of sessions that expired. Answers when the next one does. */
  expire(nowMs: number): number | undefined {
    const expiries: number[] = [];
    for (const { socket, attachment } of this.#all()) {
      if (attachment.expiresAtMs <= nowMs) this.#drop(socket, "session");
      else expiries.push(attachment.expiresAtMs);
    }
    return expiries.length === 0 ? undefined : Math.min(...expiries);
  }

  /** Refuses what a client sent: pings never come here, the runtime answers them. */
  refuse(socket: WebSocket): void {
    this.sendTo(socket, { type: "refused", failure: "badRequest", message: "an inbox takes nothing but ping" });
  }

  /** A socket was closed by its client. */
  closed(socket: WebSocket, code: number, reason: string): void {
    this.left(socket);
    echoClose(socket, code, reason);
  }

  /** A socket is gone. */
  left(socket: WebSocket): void {
    if (socket.deserializeAttachment() === null) return;
    socket.serializeAttachment(null);
    move("edgechat_connections", DIALECT, -1);
  }

  #send({ socket, attachment }: Open, text: string): boolean {
    const nowMs = Date.now();
    if (attachment.expiresAtMs <= nowMs) return this.#drop(socket, "session");
    // Frames for a reader that is gone wait in memory until the network gives up on it.
    if (nowMs - this.#seenAtMs(socket, attachment) > limits.SILENCE_MS_MAX) return this.#drop(socket, "idle");
    socket.send(text);
    return true;
  }

  #seenAtMs(socket: WebSocket, { openedAtMs }: Attachment): number {
    return this.#ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? openedAtMs;
  }

  #drop(socket: WebSocket, failure: "session" | "idle"): false {
    this.left(socket);
    closeSocket(socket, failure);
    return false;
  }

  #all(): readonly Open[] {
    return this.#ctx.getWebSockets().flatMap((socket) => toOpen(socket) ?? []);
  }
}

/** Closing sockets are still listed after a wake: only open ones are of the inbox. */
function toOpen(socket: WebSocket): Open | null {
  if (socket.readyState !== WebSocket.OPEN) return null;
  const attachment = socket.deserializeAttachment() as Attachment | null;
  return attachment === null ? null : { socket, attachment };
}
