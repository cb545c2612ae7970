import type { RoomEvent } from "../../contracts/event.ts";
import { type DirectMessage, type GochatFrame, toDirectFrame, toRoomFrame } from "../../contracts/gochat.ts";
import { count } from "../../contracts/metrics.ts";
import { type Delivery, digestSeats, type Namespace, type RoomStub } from "../../contracts/objects.ts";
import type { Passenger } from "./passenger.ts";
import type { Passengers } from "./passengers.ts";

/** Turns a room's events into gochat frames, each event once and in order for every socket. [CA1] */
export class Deliveries {
  readonly #carrier: string;
  readonly #passengers: Passengers;
  readonly #rooms: Namespace<RoomStub>;
  /** The last seq delivered, by room. Lost in hibernation, which only comes when nothing is on its way. */
  readonly #positions = new Map<string, number>();

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
    if (connections.length === 0) this.#positions.delete(room);
    return digestSeats(connections);
  }

  /** A room that lost an answer of ours goes on further than we are: the log has what is missing. */
  async #closeGap(room: string, after: number): Promise<void> {
    let position = this.#positions.get(room) ?? after;
    while (position < after) {
      const page = await this.#rooms.getByName(room).pull(this.#carrier, position);
      this.#hand(room, page.events);
      const next = page.events.at(-1)?.seq;
      if (next === undefined) return;
      position = next;
    }
  }

  #hand(room: string, events: readonly RoomEvent[]): void {
    const passengers = this.#passengers.inRoom(room);
    const position = this.#positions.get(room) ?? -1;
    let handed = 0;
    for (const event of events) {
      if (event.seq <= position) continue;
      this.#positions.set(room, event.seq);
      if (event.kind !== "message") continue;
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
