import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import type { CarrierSeat, EndedSession, Seated } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Room } from "./room.ts";
import { Seat } from "./seat.ts";

type Parts = Pick<
  Room,
  "kind" | "meta" | "log" | "people" | "sessions" | "membership" | "audience" | "marks" | "visibleFrom"
>;
type Runtime = Pick<DurableObjectState, "getWebSockets" | "waitUntil">;
/** A connection that a carrier holds for somebody, and when it asked for its seat if the carrier knows. */
type Carried = {
  readonly identity: Identity;
  readonly carrier: string;
  readonly connection: string;
  readonly sinceMs?: number | undefined;
};

/** How people come to sit in a room and how they leave: on own sockets, on a carrier's, with their session. */
export class Seating {
  readonly #room: Parts;
  readonly #runtime: Runtime;

  constructor(room: Parts, runtime: Runtime) {
    this.#room = room;
    this.#runtime = runtime;
  }

  /** Closing sockets are still listed after a wake: only open ones are seats. */
  restore(): void {
    const { sessions, audience, marks } = this.#room;
    for (const socket of this.#runtime.getWebSockets()) {
      const seat = socket.readyState === WebSocket.OPEN ? Seat.restore(socket) : null;
      if (seat === null || sessions.isDead(seat.sessionId)) continue;
      audience.restore(seat);
      marks.restore(seat.person.id, seat.acked);
    }
  }

  /**
   * Seats somebody whose socket a carrier holds. It starts behind the newest seq: a call to that carrier that is under way
   * has nothing newer, and every later one has all that is. [CA1] What came since it was asked for is said beside. [CA5]
   */
  async seat({ identity, carrier, connection, sinceMs }: Carried, person: Person): Promise<Reply<Seated>> {
    const { kind, audience, sessions, membership, log } = this.#room;
    const { userId, sessionId } = identity;
    if (audience.full) return fail("roomFull");
    const wasHere = audience.presence.has(userId);
    await audience.links.seat(carrier, { connection, userId, sessionId }, person);
    if (log.ended) return fail("notFound", "the room was deleted");
    // The session may have ended while the carrier was asked for its seats.
    if (sessions.isDead(sessionId)) {
      audience.links.end(new Set([sessionId]));
      return fail("session");
    }
    const allowed = membership.mayUse(userId);
    if (!allowed.ok) {
      audience.links.expel(userId);
      return allowed;
    }
    // A further socket of somebody who is here changes nothing for the others: only its user is told who is here.
    if (wasHere && kind === "numbered") audience.cameAgain(userId);
    const seated = { person, epoch: log.epoch, seq: log.head, ...this.#bound(userId) };
    return ok(sinceMs === undefined ? seated : { ...seated, after: this.#before(sinceMs, userId) });
  }

  /**
   * What a replica that takes a seat again must not read for it: a member may have been sent away and let in again since it
   * sat here last. Only in private rooms: in others everybody may sit all the time. [RO13]
   */
  #bound(userId: number): { readonly visibleFrom?: number } {
    if (this.#room.meta.visibility !== "private") return {};
    const visibleFrom = this.#room.visibleFrom(userId);
    return visibleFrom > 1 ? { visibleFrom } : {};
  }

  /** Sockets that a carrier held are gone. */
  async unseat(carrier: string, seats: readonly CarrierSeat[]): Promise<void> {
    const { people, audience } = this.#room;
    const known = seats.flatMap((seat) => {
      const name = people.nameOf(seat.userId);
      return name === null ? [] : { ...seat, person: { id: seat.userId, name } };
    });
    if (known.length > 0) await audience.links.unseat(carrier, known);
  }

  /**
   * The last seq before a time, SEAT_LOOK_BACK_MS_MAX ago at most, and never before what a user sees who comes now. [RO13]
   * On Cloudflare the clock stands still between two inputs: an event may bear a time before its commit, but none before
   * it reached the room, and that is what counts for who asked earlier.
   */
  #before(sinceMs: number, userId: number): number {
    const { log } = this.#room;
    const nowMs = Date.now();
    // An imported log may end in the future: then its times say nothing of when an event came.
    if (log.lastAtMs > nowMs) return log.head;
    const visible = Math.min(this.#room.visibleFrom(userId) - 1, log.head);
    return Math.max(log.before(Math.max(sinceMs, nowMs - limits.SEAT_LOOK_BACK_MS_MAX)), visible);
  }

  /** An own socket closed; the last one to go takes the unwritten marks to disk. */
  left(seat: Seat): void {
    const { audience, marks } = this.#room;
    audience.left(seat);
    if (audience.seats.size === 0) marks.write();
    else marks.left(seat.person.id);
  }

  /** Ends sessions, and the membership of users who were removed. Answers how many sockets were closed. [RR2] [RV7] */
  revoke(ended: readonly EndedSession[]): number {
    const { sessions, audience, membership } = this.#room;
    sessions.end(ended);
    const closed = audience.end(new Set(ended.map(({ id }) => id)));
    for (const userId of new Set(ended.map(({ removedUserId }) => removedUserId))) {
      if (userId !== undefined) membership.userRemoved(userId);
    }
    return closed;
  }
}
