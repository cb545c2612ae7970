import type { Refusal } from "../../contracts/reply.ts";

type Ends = { end(refusal: Refusal): void };

/** The Subscribes under way, so that all can be ended together. */
export class EventStreams {
  readonly #streams = new Set<Ends>();
  #closing: Refusal | null = null;

  /** Why no Subscribe is taken any more, or null. */
  get closing(): Refusal | null {
    return this.#closing;
  }

  add(stream: Ends): void {
    this.#streams.add(stream);
  }

  delete(stream: Ends): void {
    this.#streams.delete(stream);
  }

  /** Ends all of them, and every one that comes. */
  close(refusal: Refusal): void {
    this.#closing = refusal;
    for (const stream of this.#streams) stream.end(refusal);
  }
}
