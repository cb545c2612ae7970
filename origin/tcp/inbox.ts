import { limits } from "../../contracts/limits.ts";

type InboxOptions<Item> = {
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
  #isTaking = false;
  #isFull = false;
  #whenIdle: (() => void) | null = null;

  constructor(options: InboxOptions<Item>) {
    this.#options = options;
  }

  put(item: Item): void {
    this.#items.push(item);
    this.#sayFull();
    void this.#takeAll();
  }

  /** Counts work that goes on while the next items are taken. Must not reject. */
  track(work: Promise<void>): void {
    this.#underWay += 1;
    void work.then(() => {
      this.#underWay -= 1;
      void this.#takeAll();
    });
  }

  /** What waits is dropped. What is under way goes on. */
  clear(): void {
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
      await this.#options.take(item);
    }
    this.#isTaking = false;
    this.#sayFull();
    this.#sayIdle();
  }

  #sayFull(): void {
    const isFull = this.#items.length + this.#underWay >= limits.TCP_FRAMES_WAITING_MAX;
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
