import { outsideTrace } from "../../contracts/trace-context.ts";

const BATCH_INTERVAL_MS = 2;
const BATCH_ITEMS_MAX = 1_000;

/** Appends a batch and returns what is left to do once the storage has synced. Must not throw. */
export type Commit<Item> = (items: readonly Item[]) => (synced: boolean) => void;

/**
 * Group commit: what arrives while a batch is on its way to disk forms the next one. A batch starts when the storage
 * has synced and not sooner than 2 ms after the last, so the first send after quiet goes at once. [LG1]
 */
export class CommitQueue<Item> {
  readonly #commit: Commit<Item>;
  readonly #sync: () => Promise<void>;
  #items: Item[] = [];
  #running = false;
  #startedAt = 0;

  constructor(commit: Commit<Item>, sync: () => Promise<void>) {
    this.#commit = commit;
    this.#sync = sync;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
    if (this.#running) return;
    this.#running = true;
    // A microtask later, so that all sends of one WebSocket frame share a batch.
    outsideTrace(() => queueMicrotask(() => void this.#run()));
  }

  async #run(): Promise<void> {
    try {
      while (this.#items.length > 0) await this.#commitNext();
    } finally {
      this.#running = false;
    }
  }

  async #commitNext(): Promise<void> {
    const early = BATCH_INTERVAL_MS - (Date.now() - this.#startedAt);
    if (early > 0) await scheduler.wait(early);
    this.#startedAt = Date.now();
    const settle = this.#commit(this.#items.splice(0, BATCH_ITEMS_MAX));
    settle(await this.#synced());
  }

  async #synced(): Promise<boolean> {
    try {
      await this.#sync();
      return true;
    } catch {
      return false;
    }
  }
}
