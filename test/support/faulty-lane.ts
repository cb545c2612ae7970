import type { RoomEvent } from "../../contracts/event.ts";

/**
 * How often a delivery to a subscriber goes wrong, as shares of 1; 0, the default, is a right server. `swap` sends a
 * message behind the next one. `shuffle` does so for one subscriber of a room, and between different senders only. `refuse`
 * is the share of sends that are refused as too much for now.
 */
export type Faults = {
  readonly drop?: number;
  readonly double?: number;
  readonly swap?: number;
  readonly shuffle?: number;
  readonly refuse?: number;
};

/** Numbers in [0, 1) that are the same for the same seed: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A held message goes alone when nothing follows it. */
const HELD_MS_MAX = 300;

/** The way from a room to one subscriber, on which things go wrong. */
export class FaultyLane {
  readonly #faults: Faults;
  readonly #random: () => number;
  readonly #transmit: (event: RoomEvent) => void;
  readonly #isOdd: boolean;
  #held: RoomEvent | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** `isOdd`: it is the subscriber whose order is another one. */
  constructor(faults: Faults, random: () => number, isOdd: boolean, transmit: (event: RoomEvent) => void) {
    this.#faults = faults;
    this.#random = random;
    this.#isOdd = isOdd;
    this.#transmit = transmit;
  }

  deliver(event: RoomEvent): void {
    const { drop = 0, double = 0 } = this.#faults;
    if (this.#random() < drop) return;
    if (this.#held === null && this.#isHeldUp()) {
      this.#held = event;
      this.#timer = setTimeout(() => this.flush(), HELD_MS_MAX);
      return;
    }
    if (!this.#mayPass(event)) this.flush();
    this.#transmit(event);
    if (this.#random() < double) this.#transmit(event);
    this.flush();
  }

  /** Sends what is held. */
  flush(): void {
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#transmit(held);
  }

  #isHeldUp(): boolean {
    const { swap = 0, shuffle = 0 } = this.#faults;
    return this.#random() < (this.#isOdd ? Math.max(swap, shuffle) : swap);
  }

  #mayPass(event: RoomEvent): boolean {
    return (this.#faults.swap ?? 0) > 0 || this.#held?.from.id !== event.from.id;
  }
}
