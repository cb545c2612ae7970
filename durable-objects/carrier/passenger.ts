import type { Identity } from "../../contracts/identity.ts";

/** What survives hibernation with the socket. */
type Attachment = {
  readonly connection: string;
  readonly openedAtMs: number;
  readonly identity: Identity | null;
  readonly room: string | null;
};

/** A gochat socket: nobody until its first frame, then a user in one room. */
export class Passenger {
  readonly socket: WebSocket;
  #attachment: Attachment;
  /** Join frames of one socket take effect one after the other. */
  turn: Promise<void> = Promise.resolve();
  /** Join frames that have not taken effect yet. */
  waiting = 0;

  constructor(socket: WebSocket, attachment: Attachment) {
    this.socket = socket;
    this.#attachment = attachment;
  }

  static open(socket: WebSocket, nowMs: number): Passenger {
    const attachment = { connection: crypto.randomUUID(), openedAtMs: nowMs, identity: null, room: null };
    socket.serializeAttachment(attachment);
    return new Passenger(socket, attachment);
  }

  static restore(socket: WebSocket): Passenger | null {
    const attachment = socket.deserializeAttachment() as Attachment | null;
    return attachment === null ? null : new Passenger(socket, attachment);
  }

  get connection(): string {
    return this.#attachment.connection;
  }

  get openedAtMs(): number {
    return this.#attachment.openedAtMs;
  }

  get identity(): Identity | null {
    return this.#attachment.identity;
  }

  get room(): string | null {
    return this.#attachment.room;
  }

  /** Becomes a user in a room; written to the socket, where hibernation keeps it. */
  board(identity: Identity, room: string): void {
    this.#attachment = { ...this.#attachment, identity, room };
    this.socket.serializeAttachment(this.#attachment);
  }
}
