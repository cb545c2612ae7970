import type { GochatFrame } from "../../contracts/gochat.ts";
import type { Passenger } from "./passenger.ts";

/** More than a room says of its numbers while a seat is on its way. */
const KEPT_MAX = 16;

type Telling = { readonly frame: GochatFrame; readonly onlyUserId: number | undefined };

/** gochat's frames of one room: for everybody who sits there, and for whose seat's answer they overtook. [UC7] */
export class Tellings {
  #kept: Telling[] = [];

  /** Hands one out. With `keep` it is remembered for seats that are on their way. */
  tell(telling: Telling, standing: Iterable<Passenger>, keep: boolean): void {
    if (keep) this.#kept = [...this.#kept.slice(1 - KEPT_MAX), telling];
    for (const passenger of standing) hand(telling, passenger);
  }

  /** A seat stands now: what was told while it was on its way. */
  catchUp(passenger: Passenger): void {
    for (const telling of this.#kept) hand(telling, passenger);
  }

  clear(): void {
    this.#kept = [];
  }
}

function hand({ frame, onlyUserId }: Telling, { rider, person }: Passenger): void {
  if (onlyUserId === undefined || onlyUserId === person?.id) rider.told(frame);
}
