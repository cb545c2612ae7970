import type { EventPage } from "../../../contracts/event.ts";
import type { Identity } from "../../../contracts/identity.ts";
import { limits } from "../../../contracts/limits.ts";
import { describeError, log } from "../../../contracts/log.ts";
import { parseRoomName } from "../../../contracts/names.ts";
import { isClientId } from "../../../contracts/native.ts";
import type { Namespace, RoomStub } from "../../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { UplinkAnswer, UplinkRequest } from "../../../contracts/uplink.ts";
import { Slots } from "../../lib/slots.ts";
import { SendLanes } from "./send-lanes.ts";
import type { TokenBook } from "./token-book.ts";
import { Turns } from "./turns.ts";
import type { UplinkSeating } from "./uplink-seating.ts";
import type { UplinkSeats } from "./uplink-seats.ts";
import type { Wire } from "./wire.ts";

/** What an uplink asks of a room. */
export type UplinkRoom = Pick<RoomStub, "seat" | "unseatMany" | "sendMany" | "sendSeries" | "history" | "pull">;
type Parts = {
  readonly carrier: string;
  readonly wire: Pick<Wire, "push" | "hasRoom" | "read">;
  readonly seats: UplinkSeats;
  readonly seating: UplinkSeating;
  readonly rooms: Namespace<UplinkRoom>;
  readonly tokens: TokenBook;
};
type RequestOf<Type extends UplinkRequest["type"]> = Extract<UplinkRequest, { readonly type: Type }>;
/** Who asks, and about which room; the key is the same for all that one session asks of one room. */
type Asked = { readonly identity: Identity; readonly name: string; readonly key: string };

/** Pages that are read for a replica at the same time: each may be PAGE_BYTES_MAX. */
const PAGES_AT_ONCE = 8;

/** Takes what a replica asks, verifies whom it asks for, and answers in the order in which a session asked of a room. [UP4] */
export class RequestDesk {
  readonly #parts: Parts;
  /** Another uplink of the same replica may call another seat the same. */
  readonly #id = crypto.randomUUID().slice(0, 8);
  readonly #turns = new Turns();
  readonly #lanes: SendLanes;
  readonly #pages = new Slots(PAGES_AT_ONCE);

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lanes = new SendLanes(parts.rooms);
  }

  /** False for a seat on a connection that has one: the replica has lost count. */
  take(request: UplinkRequest): boolean {
    switch (request.type) {
      case "send":
        this.#send(request);
        break;
      case "seat":
        if (this.#parts.seats.of(request.connection) !== undefined) return false;
        this.#seat(request);
        break;
      case "unseat":
        this.#unseat(request);
        break;
      case "series":
        this.#series(request);
        break;
      case "history":
        this.#history(request);
        break;
      case "pull":
        this.#pull(request);
        break;
      case "read":
        this.#parts.wire.read(request.bytes, Date.now());
    }
    return true;
  }

  #seat({ connection, room, token, sinceMs }: RequestOf<"seat">): void {
    const { seats, seating, wire } = this.#parts;
    const isFull = seats.size >= limits.SEATS_PER_UPLINK_MAX;
    const asked = isFull ? fail("busy", "this replica has no free seat") : this.#ask(token, room);
    if (!asked.ok) {
      const { failure, message } = asked;
      wire.push({ type: "unseated", connection, failure, message });
      return;
    }
    const { identity, name, key } = asked.value;
    const roomConnection = `${this.#id}.${connection}`;
    const seat = { connection, roomConnection, room: name, identity, sinceMs, isAttached: false, isStanding: false };
    // Into the lists before the room is asked, so that a digest which the room gets meanwhile has it.
    seats.add(seat);
    this.#turns.alone(key, () => seating.take(seat));
  }

  #unseat({ connection }: RequestOf<"unseat">): void {
    const seat = this.#parts.seats.of(connection);
    if (seat !== undefined) void this.#parts.seating.leave(seat);
  }

  #send({ req, token, room, message }: RequestOf<"send">): void {
    const isRight = message.id === undefined || isClientId(message.id);
    const asked = isRight ? this.#ask(token, room) : fail("badRequest", "the id is no client id");
    if (asked.ok) {
      const { identity, name, key } = asked.value;
      this.#turns.together(key, async () => this.#say(req, await this.#lanes.send(name, identity, message)));
    } else {
      this.#say(req, asked);
    }
  }

  /** By itself in the turn of its session and room: nothing overtakes it, and it overtakes nothing. [UP13] */
  #series({ req, token, room, messages }: RequestOf<"series">): void {
    const areRight = messages.every(({ id }) => id === undefined || isClientId(id));
    const asked = areRight ? this.#ask(token, room) : fail("badRequest", "an id is no client id");
    if (asked.ok) {
      const { identity, name, key } = asked.value;
      const send = (rooms: Namespace<UplinkRoom>) => rooms.getByName(name).sendSeries(identity, messages);
      this.#turns.alone(key, async () => this.#say(req, await this.#try("series", send)));
    } else {
      this.#say(req, asked);
    }
  }

  #history({ req, token, room, query }: RequestOf<"history">): void {
    const asked = this.#ask(token, room);
    if (asked.ok) {
      const { identity, name, key } = asked.value;
      this.#turns.alone(key, () => this.#page(req, (rooms) => rooms.getByName(name).history(identity, query)));
    } else {
      this.#say(req, asked);
    }
  }

  /** Of a room where somebody sits through this uplink, and of no other: the log is not the replica's own to read. [UP7] */
  #pull({ req, room, after }: RequestOf<"pull">): void {
    const { carrier, seats } = this.#parts;
    const isHere = [...seats.inRoom(room)].some(({ isStanding }) => isStanding);
    if (isHere) void this.#page(req, async (rooms) => ok(await rooms.getByName(room).pull(carrier, after)));
    else this.#say(req, fail("forbidden", "there is no seat in this room"));
  }

  async #page(req: number, read: (rooms: Namespace<UplinkRoom>) => Promise<Reply<EventPage>>): Promise<void> {
    const reply = await this.#pages.run(async () => {
      await this.#parts.wire.hasRoom();
      return this.#try("page", read);
    });
    this.#say(req, reply);
  }

  async #try<T>(what: string, ask: (rooms: Namespace<UplinkRoom>) => Promise<Reply<T>>): Promise<Reply<T>> {
    try {
      return await ask(this.#parts.rooms);
    } catch (error) {
      log("error", "a room did not answer", { what, error: describeError(error) });
      return fail("unavailable");
    }
  }

  #say(req: number, reply: UplinkAnswer): void {
    this.#parts.wire.push({ type: "answer", req, reply });
  }

  #ask(token: string, room: string): Reply<Asked> {
    const name = parseRoomName(room);
    if (!name.ok) return name;
    const identity = this.#parts.tokens.identify(token, Date.now());
    if (!identity.ok) return identity;
    const key = `${identity.value.sessionId} ${name.value}`;
    return ok({ identity: identity.value, name: name.value, key });
  }
}
