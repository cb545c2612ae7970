import { limits } from "../../contracts/limits.ts";
import type { Account } from "../../contracts/objects.ts";
import type { Ended } from "../../contracts/services.ts";
import type { AccountStore } from "./account-store.ts";
import type { Mail, NewsLetter } from "./mail.ts";
import type { OwnData } from "./own-data.ts";
import type { Ending, Revocations } from "./revocations.ts";
import type { SessionStore } from "./session-store.ts";

type Parts = {
  readonly storage: DurableObjectStorage;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly own: OwnData;
  readonly mail: Mail;
  readonly revocations: Revocations;
};

/** Removes an account and has every room where it acted forget it: letters wait for as long as a room is away. [RI10] */
export class AccountErasure {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** All of it or nothing is stored; then everybody is told, sessions first. Answers how many places are still to be told. */
  async erase(account: Account): Promise<Ended> {
    const { storage, accounts, revocations, mail, own } = this.#parts;
    const { ending, letters } = storage.transactionSync(() => this.#store(account.id, Date.now()));
    accounts.reload();
    const ended = await revocations.tell(ending);
    await mail.deliver(letters, limits.REVOKE_WAIT_MS_MAX);
    return { ...ended, pending: own.placesPending() };
  }

  #store(userId: number, nowMs: number): { readonly ending: Ending; readonly letters: readonly NewsLetter[] } {
    const { accounts, sessions, own, mail, revocations } = this.#parts;
    accounts.remove(nowMs);
    const ids = sessions.list(nowMs).map(({ id }) => id);
    const ending = revocations.endRemoved(userId, ids, nowMs);
    const learn = { type: "learn", userId, news: { type: "erase" } } as const;
    const letters = own.rooms().map((room) => mail.post(`room:${room}`, learn, nowMs));
    const toReports = mail.post("reports:reports", { type: "forget", userId }, nowMs);
    own.forget();
    return { ending, letters: [...letters, toReports] };
  }
}
