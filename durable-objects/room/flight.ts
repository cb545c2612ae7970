import { limits } from "../../contracts/limits.ts";

type Stretch = { endSeq: number; bytes: number };

const STRETCH_BYTES_MIN = 4_096;

/** Bytes that a native seat may have unacknowledged when a room has this many seats. [CR2] */
export function windowBytes(seats: number): number {
  return Math.floor(Math.min(limits.WINDOW_BYTES_MAX, limits.WINDOW_BYTES_PER_ROOM / Math.max(1, seats)));
}

/** What was pushed to one seat and not acknowledged yet: a few stretches of the log with their bytes. */
export class Flight {
  #stretches: Stretch[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether more may be pushed. One push always fits when nothing is on its way, however large it is. */
  fits(bytes: number, window: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= window;
  }

  add(endSeq: number, bytes: number): void {
    const last = this.#stretches.at(-1);
    this.#bytes += bytes;
    if (last !== undefined && last.bytes < STRETCH_BYTES_MIN) {
      last.endSeq = endSeq;
      last.bytes += bytes;
    } else {
      this.#stretches.push({ endSeq, bytes });
    }
  }

  /** Everything up to `seq` has arrived. A stretch counts when its end has. */
  ack(seq: number): void {
    let done = 0;
    for (const { endSeq, bytes } of this.#stretches) {
      if (endSeq > seq) break;
      this.#bytes -= bytes;
      done++;
    }
    if (done > 0) this.#stretches.splice(0, done);
  }

  clear(): void {
    this.#stretches = [];
    this.#bytes = 0;
  }
}
