import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { Flight } from "./flight.ts";

/** What survives hibernation with the socket, at most 16,384 bytes. Short keys: it is written with every ack. */
type Attachment = {
  readonly c: string;
  readonly s: string;
  readonly u: number;
  readonly n: string;
  /** When the session expires. */
  readonly x: number;
  /** The last acknowledged seq, -1 before hello. After a wake everything above it counts as unsent. */
  readonly a: number;
  /** The last sign of life that was noted here. */
  readonly t: number;
  /** The first seq after the first hello; none in sockets from before this was kept. */
  readonly f?: number;
};

/** A native socket in a room. `position` is the last seq pushed to it, -1 before its hello. */
export class Seat {
  readonly socket: WebSocket;
  readonly connection: string;
  readonly sessionId: string;
  readonly person: Person;
  readonly expiresAtMs: number;
  readonly flight = new Flight();
  position: number;
  acked: number;
  seenAtMs: number;
  /** The first seq after its first hello: from there on it was here. Set before it starts. */
  seatedFrom: number;
  /** Whether it was told that it lags, until it has caught up. */
  lagging = false;
  /** The frame that is being taken, when that needs an answer from elsewhere: the next ones wait for it. */
  turn: Promise<void> | null = null;
  /** Bytes of presence and typing since the last sign of life. */
  transientBytes = 0;

  constructor(socket: WebSocket, attachment: Attachment) {
    this.socket = socket;
    this.connection = attachment.c;
    this.sessionId = attachment.s;
    this.person = { id: attachment.u, name: attachment.n };
    this.expiresAtMs = attachment.x;
    this.acked = attachment.a;
    this.position = attachment.a;
    this.seenAtMs = attachment.t;
    this.seatedFrom = attachment.f ?? attachment.a + 1;
  }

  static open(socket: WebSocket, identity: Identity, person: Person, nowMs: number): Seat {
    const attachment: Attachment = {
      c: crypto.randomUUID(),
      s: identity.sessionId,
      u: person.id,
      n: person.name,
      x: identity.expiresAtMs,
      a: -1,
      t: nowMs,
    };
    socket.serializeAttachment(attachment);
    return new Seat(socket, attachment);
  }

  /** The seat of a socket that the runtime kept while the room slept, or null for one that never got a seat. */
  static restore(socket: WebSocket): Seat | null {
    const attachment = socket.deserializeAttachment() as Attachment | null;
    return attachment === null ? null : new Seat(socket, attachment);
  }

  /** Whether hello has come: only then it takes part. */
  get seated(): boolean {
    return this.position >= 0;
  }

  /** Starts over at a seq that the client has: the rest counts as unsent. */
  restart(seq: number): void {
    this.flight.clear();
    this.position = seq;
    this.lagging = false;
    this.#keep(seq);
  }

  /** The client has everything up to `seq`, wherever it read it. */
  ack(seq: number): void {
    this.flight.ack(seq);
    if (seq > this.position) this.position = seq;
    if (seq > this.acked) this.#keep(seq);
  }

  #keep(seq: number): void {
    this.acked = seq;
    this.socket.serializeAttachment({
      c: this.connection,
      s: this.sessionId,
      u: this.person.id,
      n: this.person.name,
      x: this.expiresAtMs,
      a: seq,
      t: this.seenAtMs,
      f: this.seatedFrom,
    } satisfies Attachment);
  }
}
