import { isStanding, type RoomEvent } from "../../contracts/event.ts";
import { type DirectMessage, type GochatFrame, toDirectFrame, toRoomFrame } from "../../contracts/gochat.ts";
import { count } from "../../contracts/metrics.ts";
import type { Delivery, Namespace, RoomStub } from "../../contracts/objects.ts";
import { digestSeats } from "../../contracts/seat-digest.ts";
import type { Passenger } from "./passenger.ts";
import type { Passengers } from "./passengers.ts";

/** Turns a room's events into gochat frames, each event once and in order for every socket. [CA1] */
export class Deliveries {
  readonly #carrier: string;
  readonly #passengers: Passengers;
  readonly #rooms: Namespace<RoomStub>;
  /**
   * The last seq delivered, by the list of a room's sockets: a list ends with its last socket, and whoever comes next
   * starts where the room says. Lost in hibernation, which only comes when nothing is on its way.
   */
  readonly #positions = new WeakMap<ReadonlySet<Passenger>, number>();

  constructor(carrier: string, passengers: Passengers, rooms: Namespace<RoomStub>) {
    this.#carrier = carrier;
    this.#passengers = passengers;
    this.#rooms = rooms;
  }

  async deliver({ room, after, events }: Delivery): Promise<string> {
    await this.#closeGap(room, after);
    this.#hand(room, events);
    return this.digest(room);
  }

  tell(room: string, frame: GochatFrame, onlyUserId?: number): string {
    const text = JSON.stringify(frame);
    for (const passenger of this.#passengers.inRoom(room)) {
      if (onlyUserId === undefined || passenger.identity?.userId === onlyUserId) send(passenger, text);
    }
    return this.digest(room);
  }

  direct(userId: number, messages: readonly DirectMessage[]): void {
    const passengers = this.#passengers.ofUser(userId);
    for (const message of messages) {
      const text = JSON.stringify(toDirectFrame(message));
      for (const passenger of passengers) send(passenger, text);
    }
    count("edgechat_deliveries_total", { dialect: "gochat" }, passengers.size * messages.length);
  }

  digest(room: string): string {
    const connections = [...this.#passengers.inRoom(room)].map(({ connection }) => connection);
    return digestSeats(connections);
  }

  /** A room that lost an answer of ours goes on further than we are: the log has what is missing. */
  async #closeGap(room: string, after: number): Promise<void> {
    const missing = () => {
      const position = this.#positions.get(this.#passengers.inRoom(room));
      return position === undefined || position >= after ? null : position;
    };
    for (let position = missing(); position !== null; position = missing()) {
      const page = await this.#rooms.getByName(room).pull(this.#carrier, position);
      if (page.events.length === 0) return;
      this.#hand(room, page.events);
    }
  }

  #hand(room: string, events: readonly RoomEvent[]): void {
    const passengers = this.#passengers.inRoom(room);
    const position = this.#positions.get(passengers) ?? -1;
    let handed = 0;
    for (const event of events) {
      if (event.seq <= position) continue;
      this.#positions.set(passengers, event.seq);
      if (!isStanding(event)) continue;
      const text = JSON.stringify(toRoomFrame(event, Number(room)));
      for (const passenger of passengers) send(passenger, text);
      handed += passengers.size;
    }
    count("edgechat_deliveries_total", { dialect: "gochat" }, handed);
  }
}

/** A socket that cannot be written to is on its way out; its close event takes it off the lists. */
function send({ socket }: Passenger, text: string): void {
  try {
    socket.send(text);
  } catch {
    // Closing.
  }
}
