import { limits } from "../../contracts/limits.ts";
import { outsideTrace } from "../../contracts/trace-context.ts";
import type { Passenger } from "./passenger.ts";

/**
 * Sockets that have not signed in yet and the time that they are given. One timer for all of them, none when there are
 * none: a timer would keep the carrier from hibernating. [GS7]
 */
export class SignInWatch {
  readonly #expected = new Set<Passenger>();
  readonly #late: (passenger: Passenger) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(late: (passenger: Passenger) => void) {
    this.#late = late;
  }

  expect(passenger: Passenger): void {
    this.#expected.add(passenger);
    this.#timer ??= outsideTrace(() => setTimeout(() => this.#check(), limits.SIGN_IN_MS_MAX));
  }

  /** It signed in, or it is gone. */
  settle(passenger: Passenger): void {
    this.#expected.delete(passenger);
    if (this.#expected.size > 0 || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Closes the late ones and waits for the first of the others. */
  #check(): void {
    this.#timer = null;
    const lateMs = Date.now() - limits.SIGN_IN_MS_MAX;
    for (const passenger of [...this.#expected]) if (passenger.openedAtMs <= lateMs) this.#late(passenger);
    const [next] = this.#expected;
    if (next !== undefined) this.#timer = setTimeout(() => this.#check(), next.openedAtMs - lateMs);
  }
}
