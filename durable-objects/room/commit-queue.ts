import { outsideTrace } from "../../contracts/trace-context.ts";

const LULL_MS = 1;
const GATHER_MS_MAX = 25;
const BATCH_ITEMS_MAX = 1_000;

/** Appends a batch and returns what is left to do once the storage has synced. Must not throw. */
export type Commit<Item> = (items: readonly Item[]) => (synced: boolean) => void;

type Parts<Item> = {
  readonly commit: Commit<Item>;
  readonly sync: () => Promise<void>;
  /** Closes the object's door until the work is done: no event comes in meanwhile. */
  readonly hold: (work: () => Promise<void>) => Promise<void>;
};

/**
 * Group commit. The first item after a lull goes at once. While batch follows batch, the next one waits until the thread has
 * nothing left to read: whatever came in by then shares one write, one answer a sender and one frame a reader. [LG1]
 */
export class CommitQueue<Item> {
  readonly #parts: Parts<Item>;
  #items: Item[] = [];
  #running = false;
  /** Ends when the thread has been idle; null while it is. */
  #lull: ReturnType<typeof setTimeout> | null = null;
  /** While a batch is gathered: since when, and how to end that. */
  #gathering: { readonly sinceMs: number; readonly end: (forced: boolean) => void } | null = null;

  constructor(parts: Parts<Item>) {
    this.#parts = parts;
  }

  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
    const gathering = this.#gathering;
    if (gathering !== null && Date.now() - gathering.sinceMs > GATHER_MS_MAX) gathering.end(true);
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
      this.#awaitLull();
    }
  }

  async #commitNext(): Promise<void> {
    if (this.#lull !== null) await this.#gather();
    const settle = this.#parts.commit(this.#items.splice(0, BATCH_ITEMS_MAX));
    this.#awaitLull();
    settle(await this.#synced());
  }

  /** What a batch sets off, frames to a thousand sockets perhaps, is done when a timer runs; who waited for it speaks at once. */
  #awaitLull(): void {
    if (this.#lull !== null) clearTimeout(this.#lull);
    this.#lull = setTimeout(() => {
      this.#lull = setTimeout(() => {
        this.#lull = null;
      }, LULL_MS);
    }, 0);
  }

  /**
   * Until a timer runs, which it does when no socket has anything more to say. A few busy senders can keep it from that for
   * seconds, and all the others from being read: then the door is closed until every socket was looked at.
   */
  async #gather(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), 0);
    this.#gathering = { sinceMs: Date.now(), end: resolve };
    const forced = await promise;
    this.#gathering = null;
    clearTimeout(timer);
    if (forced) await this.#parts.hold(() => scheduler.wait(0));
  }

  async #synced(): Promise<boolean> {
    try {
      await this.#parts.sync();
      return true;
    } catch {
      return false;
    }
  }
}
