import { parseJoinFrame } from "../../contracts/gochat.ts";
import type { Identity } from "../../contracts/identity.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { Namespace, RoomStub, UserStub } from "../../contracts/objects.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";
import { parseToken, type TokenKey } from "../../contracts/token.ts";
import type { Passenger } from "./passenger.ts";
import { type Passengers, toCarrierSeat } from "./passengers.ts";

type Parts = {
  readonly name: string;
  readonly passengers: Passengers;
  readonly rooms: Namespace<Pick<RoomStub, "seat" | "unseat">>;
  readonly users: Namespace<Pick<UserStub, "attach" | "detach">>;
  readonly keys: readonly TokenKey[];
  readonly isDead: (sessionId: string) => boolean;
};

/** How a gochat socket becomes a user in a room, moves to another room, and leaves. */
export class Boarding {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes a join frame. A socket that is in that room already stays as it is; in another one, it moves. [GS1] */
  async join(passenger: Passenger, text: string): Promise<Refusal | null> {
    const frame = parseJoinFrame(text);
    if (!frame.ok) return frame;
    const identity = parseToken(frame.value.authToken, this.#parts.keys, Date.now());
    if (!identity.ok) return identity;
    if (identity.value.kind !== "user") return fail("session");
    const room = String(frame.value.roomId);
    if (passenger.room === room && passenger.identity?.sessionId === identity.value.sessionId) return null;
    return this.#move(passenger, identity.value, room);
  }

  /** Tells the room and, for the last socket of its session here, the user. */
  async leave(passenger: Passenger): Promise<void> {
    await Promise.all([this.#unseat(passenger), this.#detach(passenger)]);
  }

  async #move(passenger: Passenger, identity: Identity, room: string): Promise<Refusal | null> {
    const attached = await this.#attach(identity);
    if (!attached.ok) return attached;
    await this.#unseat(passenger);
    if (!this.#board(passenger, identity, room)) return null;
    const seated = await this.#parts.rooms.getByName(room).seat(identity, this.#parts.name, passenger.connection);
    if (this.#parts.passengers.of(passenger.socket) !== passenger) {
      // It closed while the room took it in: its leaving may have come to the room before its seat.
      await this.#unseat(passenger);
      return null;
    }
    return seated.ok ? null : fail(seated.failure, seated.message);
  }

  async #attach({ userId, sessionId }: Identity): Promise<Reply<unknown>> {
    const place = { kind: "carrier", name: this.#parts.name } as const;
    const attached = await this.#parts.users.getByName(String(userId)).attach(sessionId, place);
    // Ended while the answer was on the way: the carrier was told, because attach came first.
    return attached.ok && this.#parts.isDead(sessionId) ? fail("session") : attached;
  }

  /** Into the lists before the room is asked, so that a digest which the room gets meanwhile has it. */
  #board(passenger: Passenger, identity: Identity, room: string): boolean {
    if (!this.#parts.passengers.remove(passenger)) return false;
    passenger.board(identity, room);
    this.#parts.passengers.add(passenger);
    return true;
  }

  async #unseat(passenger: Passenger): Promise<void> {
    const seat = toCarrierSeat(passenger);
    if (passenger.room === null || seat === null) return;
    try {
      await this.#parts.rooms.getByName(passenger.room).unseat(this.#parts.name, seat);
    } catch (error) {
      // The digest of the next delivery tells the room.
      log("warn", "room was not told of a leave", { room: passenger.room, error: describeError(error) });
    }
  }

  async #detach({ identity }: Passenger): Promise<void> {
    if (identity === null) return;
    const { userId, sessionId } = identity;
    const others = [...this.#parts.passengers.ofUser(userId)];
    if (others.some((other) => other.identity?.sessionId === sessionId)) return;
    try {
      const place = { kind: "carrier", name: this.#parts.name } as const;
      await this.#parts.users.getByName(String(userId)).detach(sessionId, place);
    } catch (error) {
      // The session's end tells a carrier that holds nothing of it, which is harmless.
      log("warn", "user was not told of a leave", { user: userId, error: describeError(error) });
    }
  }
}
