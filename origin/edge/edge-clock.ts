/**
 * What the edge's clock shows, as one uplink lets its replica know. Every time that the edge tells was true when it left, so
 * the way here makes the estimate early; the shortest way that anything took is the error that stays. It is never late, and
 * early by no more than an answer of the edge needs to anybody: who asks behind an answer asks after it here too. [UC11]
 */
export class EdgeClock {
  #aheadMs = Number.NEGATIVE_INFINITY;

  /** Another uplink: the clock at its end may be another. */
  forget(): void {
    this.#aheadMs = Number.NEGATIVE_INFINITY;
  }

  /** The edge told its time, which arrived now on the own clock. */
  heard(edgeMs: number, nowMs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, edgeMs - nowMs);
  }

  /** What it showed at a time of the own clock; undefined before it was heard. */
  at(ownMs: number): number | undefined {
    return Number.isFinite(this.#aheadMs) ? ownMs + this.#aheadMs : undefined;
  }
}
