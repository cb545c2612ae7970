import type { Person } from "../../contracts/event.ts";
import type { GochatFrame } from "../../contracts/gochat.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { CarrierSeat, CarrierStub, Namespace } from "../../contracts/objects.ts";
import { CarrierLink, type LinkListener } from "./carrier-link.ts";
import type { EventLog } from "./event-log.ts";

type Listener = LinkListener & {
  /** Left while the room slept: it is told if no other connection of that user is here. */
  readonly gone: (person: Person) => void;
};

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
    let link = this.#links.get(carrier);
    if (link === undefined) {
      this.#sql.exec("INSERT OR IGNORE INTO carrier (name) VALUES (?)", carrier);
      link = this.#open(carrier, true);
    }
    if (!link.known) await link.load();
    link.add({ ...seat, person });
  }

  /** A socket on a carrier leaves. After a wake the carrier is asked who is left. */
  async unseat(carrier: string, seat: CarrierSeat, person: Person): Promise<void> {
    const link = this.#links.get(carrier);
    if (link === undefined) return;
    if (link.known) {
      link.remove(seat.connection);
      this.#forgetEmpty(carrier);
    } else {
      await this.#loadOne(carrier, link);
      this.#listener.gone(person);
    }
  }

  /** Seats of dead sessions are gone; their carriers hear of it from the user object. */
  end(sessionIds: ReadonlySet<string>): void {
    for (const [name, link] of this.#links) {
      for (const seat of link.seats()) if (sessionIds.has(seat.sessionId)) link.remove(seat.connection);
      this.#forgetEmpty(name);
    }
  }

  deliver(seq: number, frame: GochatFrame | null = null): void {
    for (const link of this.#links.values()) link.deliver(seq, frame);
  }

  /** Tells one user's sockets, wherever they are. */
  async tell(frame: GochatFrame, userId: number): Promise<void> {
    const holding = [...this.#links.values()].filter((link) => link.seats().some((seat) => seat.userId === userId));
    await Promise.all(holding.map((link) => link.tell(frame, userId)));
  }

  /** Makes sure that the seats on every carrier are known. A carrier that does not answer counts as empty. */
  async load(): Promise<void> {
    const unknown = [...this.#links].filter(([, link]) => !link.known);
    await Promise.all(unknown.map(([name, link]) => this.#loadOne(name, link)));
  }

  async #loadOne(name: string, link: CarrierLink): Promise<void> {
    try {
      await link.load();
      this.#forgetEmpty(name);
    } catch (error) {
      log("warn", "carrier did not name its seats", { room: this.#room, error: describeError(error) });
    }
  }

  #open(name: string, fresh: boolean): CarrierLink {
    const link = new CarrierLink(this.#room, this.#log, this.#carriers.getByName(name), this.#listener, fresh);
    this.#links.set(name, link);
    return link;
  }

  #forgetEmpty(name: string): void {
    const link = this.#links.get(name);
    if (link === undefined || !link.known || link.size > 0) return;
    this.#links.delete(name);
    this.#sql.exec("DELETE FROM carrier WHERE name = ?", name);
  }
}
