import type { Person } from "../../contracts/event.ts";
import { limits } from "../../contracts/limits.ts";
import { type Account, rosterShard, type StoredPassword } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { Ended, Session } from "../../contracts/services.ts";
import type { Jobs } from "../lib/jobs.ts";
import type { AccountStore } from "./account-store.ts";
import type { Mail, NewsLetter } from "./mail.ts";
import type { Revocations } from "./revocations.ts";
import type { SessionStore } from "./session-store.ts";
import type { Suspension } from "./suspension.ts";

type Parts = {
  readonly storage: DurableObjectStorage;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly suspension: Suspension;
  readonly mail: Mail;
  readonly jobs: Jobs;
  readonly revocations: Revocations;
};

// Expired sessions are refused by their time at once; only their rows wait for this.
const PURGE_MS_MIN = 3_600_000;

/** How sessions of a user begin and end: in storage first, in one transaction with what others must learn of it. */
export class SignIns {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Begins a session. A password that was replaced or removed since it was verified opens none. [SE1] [SE5] [RV6] */
  async open(session: Session, verified?: StoredPassword): Promise<Reply<Person>> {
    const { accounts, sessions, storage, suspension, revocations, jobs, mail } = this.#parts;
    const account = accounts.read();
    if (account === null) return fail(verified === undefined ? "session" : "credentials");
    if (verified !== undefined && verified.phc !== account.password.phc) return fail("credentials");
    // After the password: who does not know it does not learn either that the account is suspended. [MO19]
    if (suspension.isOn) return fail("forbidden", "this account is suspended");
    const now = Date.now();
    const { news, ending } = storage.transactionSync(() => {
      const news = this.#begin(account, session, now);
      const surplus = sessions.surplus(limits.SESSIONS_PER_USER_MAX, session.id, now);
      return { news, ending: revocations.end(account.id, surplus, now) };
    });
    await jobs.schedule("purge", session.expiresAtMs);
    // Whoever signs in does not wait for what happens to the oldest session.
    void revocations.tell(ending);
    await mail.deliver([news], limits.ROSTER_WAIT_MS_MAX);
    return ok({ id: account.id, name: account.name });
  }

  /** Ends these sessions of a user, or all of them. [P7] */
  end(userId: number, which: readonly string[] | "all"): Promise<Ended> {
    const { storage, revocations } = this.#parts;
    const now = Date.now();
    const ids = which === "all" ? this.#allIds(now) : which;
    return revocations.tell(storage.transactionSync(() => revocations.end(userId, ids, now)));
  }

  /** Ends every session and opens none until it is taken back: all of it or nothing. [MO19] [P7] */
  suspend(user: Person, on: boolean): Promise<Ended> {
    const { storage, suspension, revocations } = this.#parts;
    const now = Date.now();
    const ending = storage.transactionSync(() => {
      suspension.set(on, now);
      return revocations.end(user.id, on ? this.#allIds(now) : [], now);
    });
    return revocations.tell(ending);
  }

  /** Replaces the password, ends every session and opens this one: all of it or nothing. [RV5] */
  async changePassword(user: Person, password: StoredPassword, session: Session): Promise<Ended> {
    const { storage, accounts, revocations, jobs, mail } = this.#parts;
    const now = Date.now();
    const { news, ending } = storage.transactionSync(() => {
      accounts.setPassword(password);
      const ending = revocations.end(user.id, this.#allIds(now), now);
      return { news: this.#begin(user, session, now), ending };
    });
    accounts.reload();
    await jobs.schedule("purge", session.expiresAtMs);
    const listed = mail.deliver([news], limits.ROSTER_WAIT_MS_MAX);
    const [ended] = await Promise.all([revocations.tell(ending), listed]);
    return ended;
  }

  /** Deletes the account, ends every session and refuses every account from then on: all of it or nothing. [RV7] */
  remove(account: Account): Promise<Ended> {
    const { storage, accounts, revocations } = this.#parts;
    const now = Date.now();
    const ending = storage.transactionSync(() => {
      accounts.remove(now);
      return revocations.endRemoved(account.id, this.#allIds(now), now);
    });
    accounts.reload();
    return revocations.tell(ending);
  }

  /** The job that forgets expired sessions. [SE6] */
  purge(nowMs: number): number | undefined {
    const next = this.#parts.sessions.purge(nowMs);
    return next === undefined ? undefined : Math.max(next, nowMs + PURGE_MS_MIN);
  }

  /** Adds a session, with the news of it for the list. Call it in a transaction. [SE10] */
  #begin({ id, name }: Person, session: Session, nowMs: number): NewsLetter {
    this.#parts.sessions.add(session);
    const news = { type: "began", userId: id, userName: name, session } as const;
    return this.#parts.mail.post(`roster:${rosterShard(id)}`, news, nowMs);
  }

  #allIds(nowMs: number): readonly string[] {
    return this.#parts.sessions.list(nowMs).map(({ id }) => id);
  }
}
