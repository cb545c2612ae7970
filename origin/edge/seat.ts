import type { Person } from "../../contracts/event.ts";
import type { LogPosition } from "../../contracts/native.ts";
import { fail, ok, type Refusal, type Reply } from "../../contracts/reply.ts";
import type { UplinkRequest } from "../../contracts/uplink.ts";
import type { OriginSeat, Rider } from "./edge.ts";
import type { EdgeClock } from "./edge-clock.ts";
import type { Passenger } from "./passenger.ts";

/** Whose seat, where, and when on the own steady clock it was asked for, where that counts. */
export type Booking = { readonly token: string; readonly room: string; readonly askedAtMs?: number };

/** One seat of the book, from the wish to its end. */
export class Seat implements Passenger {
  readonly connection: string;
  readonly wish: Booking;
  readonly rider: Rider;
  person: Person | null = null;
  position: LogPosition | null = null;
  /** Whether this uplink was asked for it. */
  isAsked = false;
  /** How often it was asked for in vain since it stood last. */
  attempt = 0;
  /** Takes back the timer that is set: a first answer's deadline, or another try. */
  cancelTimer = (): void => {};
  #answer: ((reply: Reply<OriginSeat>) => void) | null = null;

  constructor(connection: string, wish: Booking, rider: Rider) {
    this.connection = connection;
    this.wish = wish;
    this.rider = rider;
  }

  /** Whether nobody was told yet what became of it. */
  get isNew(): boolean {
    return this.#answer !== null;
  }

  /** Only the first seat looks back: from then on there is a position. */
  request(clock: EdgeClock): UplinkRequest {
    const { token, room, askedAtMs } = this.wish;
    const sinceMs = this.isNew && askedAtMs !== undefined ? clock.at(askedAtMs) : undefined;
    const since = sinceMs === undefined ? {} : { sinceMs };
    return { type: "seat", connection: this.connection, token, room, ...since };
  }

  wait(): Promise<Reply<OriginSeat>> {
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  stands(seat: OriginSeat): void {
    this.#answer?.(ok(seat));
    this.#answer = null;
  }

  /** Tells whoever asked for it, or the rider when it stood before. */
  ends({ failure, message, retryAfterMs }: Refusal): void {
    const refusal = fail(failure, message, retryAfterMs);
    const answer = this.#answer;
    this.#answer = null;
    if (answer === null) this.rider.ended(refusal);
    else answer(refusal);
  }
}
