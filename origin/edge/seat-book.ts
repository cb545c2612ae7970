import { backOffMs, defaultBackOff } from "../../client/back-off.ts";
import { mayRetry } from "../../contracts/failures.ts";
import { limits } from "../../contracts/limits.ts";
import { fail, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { UplinkFrame, UplinkRequest } from "../../contracts/uplink.ts";
import type { OriginSeat, Rider } from "./edge.ts";
import type { EdgeClock } from "./edge-clock.ts";
import { edgeMetrics } from "./metrics.ts";
import type { EdgePlatform } from "./platform.ts";
import type { RoomFeeds } from "./room-feeds.ts";
import { type Booking, Seat } from "./seat.ts";

type Parts = {
  readonly platform: Pick<EdgePlatform, "after" | "random">;
  readonly clock: EdgeClock;
  readonly feeds: RoomFeeds;
  readonly request: (request: UplinkRequest) => void;
};
type FrameOf<T extends UplinkFrame["type"]> = Extract<UplinkFrame, { type: T }>;

/** Every seat of this replica, across all of its uplinks: each is asked for again when an uplink opens. [UC5] [UC6] */
export class SeatBook {
  readonly #platform: Pick<EdgePlatform, "after" | "random">;
  readonly #clock: EdgeClock;
  readonly #feeds: RoomFeeds;
  readonly #request: (request: UplinkRequest) => void;
  readonly #seats = new Map<string, Seat>();
  readonly #byUser = new Map<number, Set<Seat>>();
  #isUp = false;
  #last = 0;

  constructor({ platform, clock, feeds, request }: Parts) {
    this.#platform = platform;
    this.#clock = clock;
    this.#feeds = feeds;
    this.#request = request;
  }

  /**
   * Asks for a seat, now or when the uplink is back. `unavailable` after SERVICE_WAIT_MS_MAX without an uplink, or when one
   * that was asked has no answer for SEAT_WAIT_MS_MAX.
   */
  seat(wish: Booking, rider: Rider): Promise<Reply<OriginSeat>> {
    if (this.#seats.size >= limits.SEATS_PER_UPLINK_MAX) return Promise.resolve(fail("busy"));
    const seat = new Seat(`${++this.#last}`, wish, rider);
    this.#seats.set(seat.connection, seat);
    edgeMetrics.seats.set(this.#seats.size);
    this.#feeds.open(wish.room).awaits(seat);
    const answer = seat.wait();
    if (this.#isUp) this.#ask(seat);
    else this.#giveUpAfter(limits.SERVICE_WAIT_MS_MAX, seat);
    return answer;
  }

  // The uplink

  /** It stands: all seats are asked for at once, in the order in which they were taken. */
  opened(): void {
    this.#isUp = true;
    for (const seat of this.#seats.values()) this.#ask(seat);
  }

  /** It broke: seats that stood are waited for again. */
  broke(): void {
    this.#isUp = false;
    for (const seat of this.#seats.values()) {
      seat.isAsked = false;
      seat.attempt = 0;
      seat.cancelTimer();
      if (seat.isNew) this.#giveUpAfter(limits.SERVICE_WAIT_MS_MAX, seat);
    }
    this.#byUser.clear();
    this.#feeds.broke();
  }

  /** It will not come back. */
  end(refusal: Refusal): void {
    for (const seat of [...this.#seats.values()]) this.#end(seat, refusal);
  }

  // Frames

  seated({ connection, epoch, seq, after = seq, visibleFrom, person }: FrameOf<"seated">): void {
    const seat = this.#seats.get(connection);
    if (seat === undefined) return; // given back meanwhile, and the edge was told
    seat.cancelTimer();
    seat.attempt = 0;
    seat.person = person;
    this.#byUser.set(person.id, (this.#byUser.get(person.id) ?? new Set()).add(seat));
    this.#feeds.seated(seat, { epoch, seq }, visibleFrom);
    seat.stands({ person, epoch, seq, after, leave: () => this.#leave(seat) });
  }

  unseated({ connection, failure, message, retryAfterMs }: FrameOf<"unseated">): void {
    const seat = this.#seats.get(connection);
    if (seat === undefined) return;
    const stood = this.#feeds.get(seat.wish.room)?.standing.has(seat) === true;
    seat.isAsked = false;
    if (stood || seat.isNew || !isPassing(failure)) this.#end(seat, fail(failure, message, retryAfterMs));
    else this.#askLater(seat, retryAfterMs);
  }

  direct({ userId, messages }: FrameOf<"direct">): void {
    for (const seat of this.#byUser.get(userId) ?? []) seat.rider.direct(messages);
  }

  #ask(seat: Seat): void {
    seat.isAsked = true;
    if (seat.isNew) this.#giveUpAfter(limits.SEAT_WAIT_MS_MAX, seat);
    this.#request(seat.request(this.#clock));
  }

  #askLater(seat: Seat, retryAfterMs = 0): void {
    const waitMs = Math.max(retryAfterMs, backOffMs(seat.attempt++, this.#platform.random, defaultBackOff));
    seat.cancelTimer = this.#platform.after(waitMs, () => this.#ask(seat));
  }

  /** In place of what was set before: an uplink that comes or breaks is waited for anew. */
  #giveUpAfter(ms: number, seat: Seat): void {
    seat.cancelTimer();
    seat.cancelTimer = this.#platform.after(ms, () => this.#end(seat, fail("unavailable")));
  }

  #leave(seat: Seat): void {
    if (this.#seats.has(seat.connection)) this.#remove(seat);
  }

  #end(seat: Seat, refusal: Refusal): void {
    this.#remove(seat);
    seat.ends(refusal);
  }

  #remove(seat: Seat): void {
    seat.cancelTimer();
    this.#seats.delete(seat.connection);
    edgeMetrics.seats.set(this.#seats.size);
    const ofUser = this.#byUser.get(seat.person?.id ?? 0);
    ofUser?.delete(seat);
    if (ofUser?.size === 0) this.#byUser.delete(seat.person?.id ?? 0);
    this.#feeds.remove(seat);
    if (seat.isAsked) this.#request({ type: "unseat", connection: seat.connection });
  }
}

/** A full room may stay full: its rider is told, and may come again. */
function isPassing(failure: Refusal["failure"]): boolean {
  return mayRetry(failure) && failure !== "roomFull";
}
