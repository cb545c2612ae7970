import type { RedisLink } from "./link.ts";

const BATCH = 1_000;

/** Entries of a stream that are done. They leave it in batches, and those of an absence of Redis when it is back. [OX7] */
export class Discards {
  readonly #key: string;
  readonly #link: () => RedisLink;
  readonly #ids = new Set<string>();
  #isFlushing = false;

  constructor(key: string, link: () => RedisLink) {
    this.#key = key;
    this.#link = link;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.#ids.add(id);
    if (this.#isFlushing || !this.#link().isUp) return;
    this.#isFlushing = true;
    setImmediate(() => void this.#drain());
  }

  /** Deletes everything that is to be deleted. Rejects when Redis fails. */
  async flush(): Promise<void> {
    while (this.#ids.size > 0) {
      const batch = [...this.#ids].slice(0, BATCH);
      await this.#link().client.xdel(this.#key, ...batch);
      for (const id of batch) this.#ids.delete(id);
    }
  }

  async #drain(): Promise<void> {
    try {
      if (this.#link().isUp) await this.flush();
    } catch {
      // What is left stays here for the next batch or the next resync.
    } finally {
      this.#isFlushing = false;
    }
  }
}
