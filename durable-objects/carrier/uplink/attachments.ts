import type { Identity } from "../../../contracts/identity.ts";
import { describeError, log } from "../../../contracts/log.ts";
import type { Namespace, UserStub } from "../../../contracts/objects.ts";
import type { Reply } from "../../../contracts/reply.ts";

type Users = Namespace<Pick<UserStub, "attach" | "detach">>;
type Held = { seats: number; readonly attached: Promise<Reply<unknown>> };

/** The sessions that have seats on a carrier: their user objects know, and tell it when one of them ends. [P7] */
export class Attachments {
  readonly #users: Users;
  readonly #place: { readonly kind: "carrier"; readonly name: string };
  readonly #held = new Map<string, Held>();
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(users: Users, carrier: string) {
    this.#users = users;
    this.#place = { kind: "carrier", name: carrier };
  }

  /** Counts one more seat of a session, and answers whether that lives. The first one asks. */
  take(identity: Identity): Promise<Reply<unknown>> {
    const held = this.#held.get(identity.sessionId) ?? { seats: 0, attached: this.#attach(identity) };
    held.seats++;
    this.#held.set(identity.sessionId, held);
    return held.attached;
  }

  /** Counts one less. Resolves when the user object of a session without seats was told. */
  async release({ userId, sessionId }: Identity): Promise<void> {
    const held = this.#held.get(sessionId);
    if (held === undefined || --held.seats > 0) return;
    this.#held.delete(sessionId);
    const left = this.#detach(userId, sessionId, held.attached);
    this.#leaving.set(sessionId, left);
    await left;
    if (this.#leaving.get(sessionId) === left) this.#leaving.delete(sessionId);
  }

  /** Behind a detach that is under way: the other way round nobody would be told of the session's end. */
  async #attach({ userId, sessionId }: Identity): Promise<Reply<unknown>> {
    await this.#leaving.get(sessionId);
    return this.#users.getByName(String(userId)).attach(sessionId, this.#place);
  }

  async #detach(userId: number, sessionId: string, attached: Promise<unknown>): Promise<void> {
    try {
      await attached;
      await this.#users.getByName(String(userId)).detach(sessionId, this.#place);
    } catch (error) {
      // The session's end tells a carrier that holds nothing of it, which is harmless.
      log("warn", "user was not told of a leave", { user: userId, error: describeError(error) });
    }
  }
}
