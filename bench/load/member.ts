import { Buffer } from "node:buffer";
import type { Dialect, Place, Position } from "../dialects/dialect.ts";
import { WireSocket } from "../wire/socket.ts";
import type { Latencies } from "./latencies.ts";
import { type Ledger, type ReadFrame, readBody } from "./ledger.ts";

/** What a member reports to. */
export type Watch = {
  /** Time from the intended instant of each message to its arrival; not noted while null. */
  readonly latencies: { of: Latencies | null };
  /** Messages that arrived, at all members together. */
  readonly delivered: { count: number };
};
export type Seating = {
  readonly dialect: Dialect;
  readonly place: Place;
  readonly ledger: Ledger;
  readonly watch: Watch;
};

/** One connection of a room: gets everything, checks everything, and can send. */
export class Member {
  readonly number: number;
  readonly #seating: Seating;
  #socket: WireSocket | null = null;
  #ready = Promise.withResolvers<void>();
  /** How many messages of the ledger it has. */
  place: number;
  /** What came after something was wrong; null while all was right. */
  strays: string[] | null = null;
  /** Told of each send that was kept. */
  onAcked: (id: string) => void = () => {};
  #windowBytes = Number.POSITIVE_INFINITY;
  #unacknowledged = 0;
  /** The server's number of the last message that came, where it numbers them. */
  #seq = 0;
  #epoch = "";
  #wanted = true;

  constructor(number: number, seating: Seating) {
    this.number = number;
    this.#seating = seating;
    this.place = seating.ledger.length;
  }

  /** The server's place of this member, to resume from. */
  get position(): Position {
    return { epoch: this.#epoch, seq: this.#seq };
  }

  /** Connects and takes part; resolves when the server says so. */
  async join(resume?: Position): Promise<void> {
    const { dialect, place } = this.#seating;
    this.#ready = Promise.withResolvers();
    this.#wanted = true;
    this.#socket = await WireSocket.open(place.url, dialect.upgrade(place, this.number), {
      onText: (payload, socket) => {
        this.#socket = socket;
        this.#take(payload);
      },
      onGone: (reason) => {
        if (this.#wanted) this.#ready.reject(new Error(`member ${this.number} lost its connection: ${reason}`));
      },
    });
    const greeting = dialect.greet(place, resume);
    if (greeting !== null) this.#socket.send(greeting);
    await this.#ready.promise;
  }

  /** Sends one message; the id comes back through `onAcked`. */
  send(id: string, body: string): void {
    const { dialect, place, ledger } = this.#seating;
    ledger.noteSent();
    this.#socket?.send(dialect.send(place, id, body));
  }

  /** Says how far it has read, if it has read anything since it last said so. */
  acknowledge(): void {
    if (this.#unacknowledged > 0) this.#acknowledgeNow();
  }

  /** Stops reading. */
  stall(): void {
    this.#socket?.pause();
  }

  /** Reads on. */
  goOn(): void {
    this.#socket?.resume();
  }

  /** What it missed is not for it: it goes on with what comes next. */
  skip(): void {
    this.place = this.#seating.ledger.length;
  }

  /** Cuts the connection, as a lost network does. */
  cut(): void {
    this.#wanted = false;
    this.#socket?.cut();
  }

  leave(): void {
    this.#wanted = false;
    this.#socket?.close();
  }

  #take(payload: Buffer): void {
    const { ledger, dialect, place } = this.#seating;
    const known = this.strays === null ? ledger.known(this.place, payload) : null;
    if (known !== null) {
      this.#seq += known.bodies.length;
      this.#arrive(known);
      return;
    }
    const { ready, reply, acked, refused, lagging, events } = dialect.read(payload.toString(), place);
    if (refused !== undefined) throw new Error(`the server refused: ${refused}`);
    if (reply !== undefined) this.#socket?.send(reply);
    if (ready !== undefined) this.#begin(ready);
    if (lagging !== undefined) {
      this.#windowBytes = lagging.windowBytes;
      this.#acknowledgeNow();
    }
    for (const id of acked ?? []) this.onAcked(id);
    if (events !== undefined) this.#read(payload, events);
  }

  #acknowledgeNow(): void {
    this.#unacknowledged = 0;
    const { acknowledge } = this.#seating.dialect;
    if (acknowledge !== null) this.#socket?.send(acknowledge(this.#seq));
  }

  #begin({ seq = 0, epoch = "", windowBytes }: { seq?: number; epoch?: string; windowBytes?: number }): void {
    if (this.#epoch === "") this.#seq = seq;
    this.#epoch = epoch;
    this.#windowBytes = windowBytes ?? Number.POSITIVE_INFINITY;
    this.#ready.resolve();
  }

  #read(payload: Buffer, { after, bodies }: { readonly after?: number; readonly bodies: readonly string[] }): void {
    const sentAtMs = Float64Array.from(bodies, (body) => readBody(body).sentAtMs);
    const frame: ReadFrame = { bytes: Buffer.from(payload), bodies, sentAtMs };
    const isNext = after === undefined || after === this.#seq;
    if (after !== undefined) this.#seq = after + bodies.length;
    if (this.strays !== null) this.strays.push(...bodies);
    else if (isNext && this.#seating.ledger.take(this.place, frame)) this.#arrive(frame);
    else this.strays = [...bodies];
  }

  #arrive({ bytes, bodies, sentAtMs }: ReadFrame): void {
    const { watch, dialect } = this.#seating;
    this.place += bodies.length;
    watch.delivered.count += bodies.length;
    if (watch.latencies.of !== null) {
      const nowMs = performance.now();
      for (const sent of sentAtMs) watch.latencies.of.note(nowMs - sent);
    }
    if (dialect.acksByEcho) this.#echo(bodies);
    this.#unacknowledged += bytes.length;
    if (this.#unacknowledged >= this.#windowBytes / 2) this.acknowledge();
  }

  #echo(bodies: readonly string[]): void {
    const own = `${this.number}.`;
    for (const body of bodies) if (body.startsWith(own)) this.onAcked(String(readBody(body).number));
  }
}
