import { limits } from "../../contracts/limits.ts";

/** What was read of the edge's frames, and when the edge should hear of it: at every quarter of its window. [UC8] */
export class ReadMark {
  #window: number = limits.UPLINK_WINDOW_BYTES;
  #bytes = 0;
  #said = 0;

  /** An uplink opened: it counts from 0. */
  open(window: number): void {
    this.#window = window;
    this.#bytes = 0;
    this.#said = 0;
  }

  /** Adds bytes that were read; answers the total when it should be said now. */
  add(bytes: number): number | null {
    this.#bytes += bytes;
    if (this.#bytes - this.#said < this.#window / 4) return null;
    this.#said = this.#bytes;
    return this.#bytes;
  }
}
