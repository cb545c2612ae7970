import type { OrderBlock } from "../model/observation.ts";

/** On average so many messages are one block. */
const BLOCK_MESSAGES = 32;

/**
 * Cuts a channel's messages into blocks at places that their content names, as content-defined chunking does: subscribers
 * who came at different times cut at the same messages, so that their blocks can be compared. What came before the first
 * cut is no block, because its beginning is unknown.
 */
export class BlockCutter {
  readonly #hashes = new Map<string, number>();
  #isWhole = false;
  #count = 0;
  #sum = 0;
  #order = 0;

  /** Takes the next message; answers the block that it ends, or null. */
  take(publisher: string, number: number): OrderBlock | null {
    const hash = mix(this.#hashOf(publisher) ^ Math.imul(number, 0x9e3779b1));
    this.#count++;
    this.#sum = (this.#sum + hash) >>> 0;
    this.#order = (Math.imul(this.#order, 31) + hash) >>> 0;
    if (hash % BLOCK_MESSAGES !== 0) return null;
    const block: OrderBlock | null = this.#isWhole
      ? [`${publisher}/${number}`, this.#count, this.#sum, this.#order]
      : null;
    this.#isWhole = true;
    this.#count = this.#sum = this.#order = 0;
    return block;
  }

  #hashOf(publisher: string): number {
    let hash = this.#hashes.get(publisher);
    if (hash === undefined) {
      hash = 0x811c9dc5; // FNV-1a, 32 bits
      for (let i = 0; i < publisher.length; i++) hash = Math.imul(hash ^ publisher.charCodeAt(i), 0x01000193);
      this.#hashes.set(publisher, hash);
    }
    return hash;
  }
}

/** Spreads every bit over all of them: the end of MurmurHash3, 32 bits. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
