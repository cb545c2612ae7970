/** How far a reader has taken what it was handed, and how much of that the room does not know yet. [RP10] */
export class Taken {
  windowBytes = Number.POSITIVE_INFINITY;
  #seq = 0;
  #acked = 0;
  #bytes = 0;

  /** The last seq that was taken. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether something that was taken is not acknowledged yet. */
  get owed(): boolean {
    return this.#seq > this.#acked;
  }

  /** Whether that is half of the window. */
  get halfOwed(): boolean {
    return this.#bytes * 2 >= this.windowBytes;
  }

  /** The room counts everything up to `seq` as acknowledged. */
  startAt(seq: number): void {
    this.#seq = seq;
    this.#acked = seq;
    this.#bytes = 0;
  }

  take(seq: number, bytes: number): void {
    if (seq <= this.#seq) return;
    this.#seq = seq;
    this.#bytes += bytes;
  }

  /** Everything that was taken is acknowledged: up to which seq. */
  ack(): number {
    this.#acked = this.#seq;
    this.#bytes = 0;
    return this.#seq;
  }
}
