import { limits } from "../../contracts/limits.ts";

type InboxOptions<Item> = {
  readonly bytesOf: (item: Item) => number;
  /** Takes the next item. What goes on after it resolved is told to `track`. Must not reject. */
  readonly take: (item: Item) => Promise<void>;
  /** Too much waits here: nothing more is read until it is less. */
  readonly full: (isFull: boolean) => void;
};

/**
 * What one client said and nobody has dealt with yet: one thing after the other, in the order of arrival, with a bound
 * on what waits and on what is under way. [TC9]
 */
export class Inbox<Item> {
  readonly #options: InboxOptions<Item>;
  #items: Item[] = [];
  #underWay = 0;
  #bytes = 0;
  /** Of what is taken right now, as long as no tracked work has taken them over. */
  #bytesInHand = 0;
  #isTaking = false;
  #isFull = false;
  #whenIdle: (() => void) | null = null;

  constructor(options: InboxOptions<Item>) {
    this.#options = options;
  }

  put(item: Item): void {
    this.#items.push(item);
    this.#bytes += this.#options.bytesOf(item);
    this.#sayFull();
    void this.#takeAll();
  }

  /** Counts what taking an item began and does not wait for. Must not reject. */
  track(work: Promise<void>): void {
    const bytes = this.#bytesInHand;
    this.#bytesInHand = 0;
    this.#underWay += 1;
    void work.then(() => {
      this.#underWay -= 1;
      this.#bytes -= bytes;
      void this.#takeAll();
    });
  }

  /** What waits is dropped. What is under way goes on. */
  clear(): void {
    for (const item of this.#items) this.#bytes -= this.#options.bytesOf(item);
    this.#items = [];
  }

  /** Calls back once, as soon as nothing waits and nothing is under way: at once, maybe. */
  onIdle(call: () => void): void {
    this.#whenIdle = call;
    this.#sayIdle();
  }

  async #takeAll(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    while (this.#underWay < limits.TCP_FRAMES_WAITING_MAX) {
      const item = this.#items.shift();
      if (item === undefined) break;
      this.#bytesInHand = this.#options.bytesOf(item);
      await this.#options.take(item);
      this.#bytes -= this.#bytesInHand;
    }
    this.#isTaking = false;
    this.#sayFull();
    this.#sayIdle();
  }

  #sayFull(): void {
    const count = this.#items.length + this.#underWay;
    const isFull = count >= limits.TCP_FRAMES_WAITING_MAX || this.#bytes >= limits.TCP_WAITING_BYTES_MAX;
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#options.full(isFull);
  }

  #sayIdle(): void {
    if (this.#isTaking || this.#underWay > 0 || this.#items.length > 0) return;
    const call = this.#whenIdle;
    this.#whenIdle = null;
    call?.();
  }
}
