import type { OrderBlock } from "../model/observation.ts";

/** Compares the blocks of one channel between its subscribers. Keeps what differs, not who said it. */
export class BlockVotes {
  /** By what is in a block: how many subscribers saw it in which order. */
  readonly #orders = new Map<string, Map<number, number>>();

  /** Takes the blocks of one subscriber. */
  add(blocks: readonly OrderBlock[]): void {
    for (const [key, count, set, order] of blocks) {
      const content = `${key} ${count} ${set}`;
      let votes = this.#orders.get(content);
      if (votes === undefined) {
        votes = new Map();
        this.#orders.set(content, votes);
      }
      votes.set(order, (votes.get(order) ?? 0) + 1);
    }
  }

  /** How many blocks two subscribers or more saw. */
  get compared(): number {
    return [...this.#orders.values()].filter(
      (votes) => votes.size > 1 || [...votes.values()].some((count) => count > 1),
    ).length;
  }

  /** How many (block, subscriber) pairs have another order than most subscribers of the same messages. [LC5] */
  get reordered(): number {
    let reordered = 0;
    for (const votes of this.#orders.values()) {
      if (votes.size === 1) continue;
      const counts = [...votes.values()];
      reordered += counts.reduce((sum, count) => sum + count, 0) - Math.max(...counts);
    }
    return reordered;
  }
}
