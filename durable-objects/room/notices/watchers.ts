import { describeError, log } from "../../../contracts/log.ts";
import type { Namespace, UserStub } from "../../../contracts/objects.ts";
import { mapParallel } from "../../../contracts/parallel.ts";
import { inTime } from "../../lib/in-time.ts";
import { FlushClock } from "../flush-clock.ts";
import type { RoomContext } from "../room-context.ts";

type Parts = Pick<RoomContext, "name" | "storage"> & {
  readonly env: { readonly USER: Namespace<Pick<UserStub, "changed">> };
};

const ROUND_MS_MIN = 1_000;
// In a room of many open inboxes rounds are rarer, so that telling them takes no more of the machine than this.
const TOLD_PER_SECOND = 500;
const WIDTH = 32;
const ANSWER_MS_MAX = 2_000;
const TRIES_MAX = 5;

/**
 * The users whose inbox is open. They are told that something is different, not what: one round at a time, at most once
 * a second, and nobody is told when nobody watches. A round that is lost with the process is made up by the next. [IN6]
 */
export class Watchers {
  readonly #parts: Parts;
  readonly #clock: FlushClock;
  /** Each with how often it asked: who asks again while it is told goes on watching. Null until somebody wants to know. */
  #known: Map<number, number> | null = null;
  readonly #due = new Set<number>();
  readonly #misses = new Map<number, number>();
  #allAreDue = false;
  #telling = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#clock = new FlushClock(
      () => Math.max(ROUND_MS_MIN, (this.#watching.size * 1_000) / TOLD_PER_SECOND),
      () => this.#round(),
    );
  }

  add(userId: number): void {
    const asked = this.#watching.get(userId);
    if (asked === undefined) this.#parts.storage.sql.exec("INSERT INTO watcher (user_id) VALUES (?)", userId);
    this.#watching.set(userId, (asked ?? 0) + 1);
  }

  /** Something is different for everybody, or for one user alone. */
  stir(userId?: number): void {
    if (this.#watching.size === 0) return;
    if (userId === undefined) this.#allAreDue = true;
    else if (this.#watching.has(userId)) this.#due.add(userId);
    else return;
    this.#clock.request();
  }

  /** Tells everybody a last time and forgets them. */
  async end(): Promise<void> {
    const all = [...this.#watching.keys()];
    this.#watching.clear();
    await mapParallel(all, WIDTH, (userId) => this.#ask(userId).catch(() => false));
  }

  get #watching(): Map<number, number> {
    this.#known ??= new Map(
      this.#parts.storage.sql
        .exec<{ user_id: number }>("SELECT user_id FROM watcher")
        .toArray()
        .map(({ user_id }) => [user_id, 1]),
    );
    return this.#known;
  }

  /** What is stirred during a round waits for the next one. */
  #round(): void {
    if (this.#telling) return;
    const due = this.#allAreDue ? [...this.#watching.keys()] : [...this.#due];
    this.#allAreDue = false;
    this.#due.clear();
    void this.#tellAll(due);
  }

  async #tellAll(due: readonly number[]): Promise<void> {
    this.#telling = true;
    await mapParallel(due, WIDTH, (userId) => this.#tell(userId));
    this.#telling = false;
    if (this.#allAreDue || this.#due.size > 0) this.#clock.request();
  }

  async #tell(userId: number): Promise<void> {
    const asked = this.#watching.get(userId);
    if (asked === undefined) return;
    try {
      const watches = await this.#ask(userId);
      this.#misses.delete(userId);
      if (!watches && this.#watching.get(userId) === asked) this.#remove(userId);
    } catch (error) {
      this.#missed(userId, error);
    }
  }

  #ask(userId: number): Promise<boolean> {
    const { env, name } = this.#parts;
    return inTime(env.USER.getByName(String(userId)).changed(name), ANSWER_MS_MAX);
  }

  /** Somebody who was not reached is told again in the next rounds, and then with the next change. */
  #missed(userId: number, error: unknown): void {
    const misses = (this.#misses.get(userId) ?? 0) + 1;
    if (misses < TRIES_MAX) {
      this.#misses.set(userId, misses);
      this.#due.add(userId);
    } else {
      this.#misses.delete(userId);
      log("warn", "an open inbox was not told", { userId, error: describeError(error) });
    }
  }

  #remove(userId: number): void {
    this.#watching.delete(userId);
    this.#parts.storage.sql.exec("DELETE FROM watcher WHERE user_id = ?", userId);
  }
}
