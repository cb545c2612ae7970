import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { directRoom } from "../../contracts/names.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import { BlockStore } from "./block-store.ts";
import type { Mail } from "./mail.ts";

/** A wish about somebody: `person` is null when there is no such user any more. */
export type BlockWish = { readonly userId: number; readonly person: Person | null; readonly on: boolean };

/** Whom the user blocked: kept here, and told to the room of the two in the same transaction. [MO14] */
export class Blocks {
  readonly #storage: DurableObjectStorage;
  readonly #mail: Mail;
  readonly #store: BlockStore;

  constructor(storage: DurableObjectStorage, mail: Mail) {
    this.#storage = storage;
    this.#mail = mail;
    this.#store = new BlockStore(storage.sql);
  }

  /** Ordered by id. */
  all(): readonly number[] {
    return this.#store.all();
  }

  /** Answers when the room knows, or after a while: it is told until it does. [MO20] */
  async set(ownerId: number, wish: BlockWish): Promise<Reply<null>> {
    const { userId, on } = wish;
    const refusal = on ? this.#refuse(ownerId, wish) : null;
    if (refusal !== null) return refusal;
    if (this.#store.has(userId) === on) return ok(null);
    const letter = this.#storage.transactionSync(() => {
      if (on) this.#store.add(userId);
      else this.#store.remove(userId);
      const news = { type: "learn", userId: ownerId, news: { type: "block", on } } as const;
      return this.#mail.post(`room:${directRoom(ownerId, userId)}`, news, Date.now());
    });
    await this.#mail.deliver([letter], limits.REVOKE_WAIT_MS_MAX);
    return ok(null);
  }

  #refuse(ownerId: number, { userId, person }: BlockWish): Reply<never> | null {
    if (userId === ownerId) return fail("badRequest", "nobody blocks themselves");
    if (person === null) return fail("notFound", "there is no such user");
    if (this.#store.has(userId) || this.#store.size < limits.BLOCKS_PER_USER_MAX) return null;
    return fail("conflict", `a user blocks at most ${limits.BLOCKS_PER_USER_MAX} others: take one back`);
  }
}
