import type { Person } from "../../contracts/event.ts";
import type { GochatFrame } from "../../contracts/gochat.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { CarrierSeat, CarrierStub, Namespace } from "../../contracts/objects.ts";
import { settledWithin } from "../lib/settled-within.ts";
import { CarrierLink, type LinkListener, type LinkSeat } from "./carrier-link.ts";
import type { EventLog } from "./event-log.ts";

type Listener = LinkListener & {
  /** Left while the room slept: it is told if no other connection of that user is here. */
  readonly gone: (person: Person) => void;
};

/** How long whoever asks who is here waits for carriers that do not answer. */
const LOAD_WAIT_MS = 2_000;

/** The carriers that hold seats of this room. Their names are on disk, their seats are asked for after a wake. */
export class CarrierLinks {
  readonly #sql: SqlStorage;
  readonly #carriers: Namespace<CarrierStub>;
  readonly #room: string;
  readonly #log: EventLog;
  readonly #listener: Listener;
  readonly #links = new Map<string, CarrierLink>();

  constructor(sql: SqlStorage, carriers: Namespace<CarrierStub>, room: string, roomLog: EventLog, listener: Listener) {
    this.#sql = sql;
    this.#carriers = carriers;
    this.#room = room;
    this.#log = roomLog;
    this.#listener = listener;
    for (const { name } of sql.exec<{ name: string }>("SELECT name FROM carrier")) this.#open(name, false);
  }

  get size(): number {
    let size = 0;
    for (const link of this.#links.values()) size += link.size;
    return size;
  }

  /** A socket on a carrier takes a seat; one that is there already keeps it. */
  async seat(carrier: string, seat: CarrierSeat, person: Person): Promise<void> {
    if (this.#log.ended) return;
    const link = this.#links.get(carrier) ?? this.#openFresh(carrier);
    if (!link.known) await link.load();
    // Found empty and forgotten while it was asked: a seat on it would hear of nothing.
    if (this.#links.get(carrier) !== link) return this.seat(carrier, seat, person);
    link.add({ ...seat, person });
  }

  /** Sockets on a carrier leave. After a wake the carrier is asked who is left. */
  async unseat(carrier: string, seats: readonly LinkSeat[]): Promise<void> {
    const link = this.#links.get(carrier);
    if (link === undefined) return;
    const woke = !link.known;
    if (woke) await this.#loadOne(carrier, link);
    // Also after asking: the answer may have left the carrier before the sockets did.
    for (const { connection } of seats) link.remove(connection);
    this.#forgetEmpty(carrier);
    if (woke) for (const { person } of seats) this.#listener.gone(person);
  }

  /** Seats of dead sessions are gone; their carriers hear of it from the user object. */
  end(sessionIds: ReadonlySet<string>): void {
    for (const [name, link] of this.#links) {
      for (const seat of link.seats()) if (sessionIds.has(seat.sessionId)) link.remove(seat.connection);
      this.#forgetEmpty(name);
    }
  }

  /** Who holds seats, as far as carriers were asked. */
  users(): readonly number[] {
    return [...this.#links.values()].flatMap((link) => link.seats().map(({ userId }) => userId));
  }

  /** Seats of a user who may not be here any more. Answers how many there were. [UP10] */
  expel(userId: number): number {
    let ended = 0;
    for (const [name, link] of this.#links) {
      ended += link.expel(userId);
      this.#forgetEmpty(name);
    }
    return ended;
  }

  /** Carriers that were not asked since a wake are: who may not stay there is sent away. */
  review(): void {
    for (const [name, link] of this.#links) if (!link.known) void this.#loadOne(name, link);
  }

  /** The room was deleted: nothing goes to a carrier any more but that its sockets in this room end. [RM7] */
  async close(): Promise<void> {
    const links = [...this.#links.values()];
    this.#links.clear();
    await Promise.all(links.map((link) => link.close()));
  }

  deliver(seq: number, frame: GochatFrame | null = null): void {
    for (const [name, link] of this.#links) if (!this.#forgetEmpty(name)) link.deliver(seq, frame);
  }

  /** Tells one user's sockets, wherever they are. */
  async tell(frame: GochatFrame, userId: number): Promise<void> {
    const holding = [...this.#links.values()].filter((link) => link.holds(userId));
    await Promise.all(holding.map((link) => link.tell(frame, userId)));
  }

  /** Tells the sockets of many users. A carrier that does not answer costs nobody else the news. */
  async tellUsers(frame: GochatFrame, userIds: readonly number[]): Promise<void> {
    const told = await Promise.allSettled(userIds.map((userId) => this.tell(frame, userId)));
    const lost = told.find(({ status }) => status === "rejected");
    if (lost !== undefined) log("warn", "sockets were not told who is here", { room: this.#room });
  }

  /** Makes sure that the seats on every carrier are known, and lately so. One that never answered counts as empty. */
  async load(): Promise<void> {
    const nowMs = Date.now();
    const unsure = [...this.#links].filter(([, link]) => !link.isConfirmed(nowMs));
    if (unsure.length === 0) return;
    await settledWithin(Promise.all(unsure.map(([name, link]) => this.#loadOne(name, link))), LOAD_WAIT_MS);
  }

  async #loadOne(name: string, link: CarrierLink): Promise<void> {
    try {
      await link.load();
      this.#forgetEmpty(name);
    } catch (error) {
      log("warn", "carrier did not name its seats", { room: this.#room, error: describeError(error) });
    }
  }

  #openFresh(name: string): CarrierLink {
    this.#sql.exec("INSERT OR IGNORE INTO carrier (name) VALUES (?)", name);
    return this.#open(name, true);
  }

  #open(name: string, fresh: boolean): CarrierLink {
    const stub = () => this.#carriers.getByName(name);
    const link = new CarrierLink(this.#room, this.#log, stub, this.#listener, fresh);
    this.#links.set(name, link);
    return link;
  }

  /** A link with a call on its way stays: forgotten, it would go on beside the next one to the same carrier. */
  #forgetEmpty(name: string): boolean {
    if (!this.#links.get(name)?.idleAndEmpty) return false;
    this.#links.delete(name);
    this.#sql.exec("DELETE FROM carrier WHERE name = ?", name);
    return true;
  }
}
