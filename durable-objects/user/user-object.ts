import { DurableObject } from "cloudflare:workers";
import type { Person } from "../../contracts/event.ts";
import type { DirectMessage } from "../../contracts/gochat.ts";
import { limits } from "../../contracts/limits.ts";
import {
  type Account,
  type NewAccount,
  type Place,
  rosterShard,
  type StoredPassword,
  type UserStub,
} from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { InboxPage, InboxQuery } from "../../contracts/rooms.ts";
import type { AccountData, Ended, Preferences, Session } from "../../contracts/services.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import { Jobs } from "../lib/jobs.ts";
import { AccountStore } from "./account-store.ts";
import { DirectFeed } from "./direct-feed.ts";
import { AccountErasure } from "./erasure.ts";
import { Mail, type NewsLetter, type Places } from "./mail.ts";
import { OwnData } from "./own-data.ts";
import { Revocations } from "./revocations.ts";
import { SessionStore } from "./session-store.ts";

type Member = Person & { readonly admin: boolean };

// Expired sessions are refused by their time at once; only their rows wait for this.
const PURGE_MS_MIN = 3_600_000;

/** One per user: the credential, the sessions, and where they act. Without an account it refuses and writes nothing. */
export class UserObject extends DurableObject<Places> implements UserStub {
  static {
    receiveCalls(UserObject.prototype, { object: "user" });
  }
  readonly #accounts: AccountStore;
  readonly #sessions: SessionStore;
  readonly #mail: Mail;
  readonly #revocations: Revocations;
  readonly #jobs: Jobs;
  readonly #direct: DirectFeed;
  readonly #own: OwnData;
  readonly #erasure: AccountErasure;

  constructor(ctx: DurableObjectState, env: Places) {
    super(ctx, traceObjects(env));
    this.#accounts = new AccountStore(ctx.storage);
    this.#sessions = new SessionStore(ctx.storage.sql);
    this.#jobs = new Jobs(ctx.storage, {
      revoke: (nowMs) => this.#mail.drain(nowMs),
      purge: (nowMs) => this.#purge(nowMs),
    });
    this.#mail = new Mail(ctx.storage.sql, this.env, this.#jobs);
    this.#revocations = new Revocations(this.#sessions, this.#mail);
    this.#own = new OwnData(ctx.storage.sql);
    this.#erasure = new AccountErasure({
      storage: ctx.storage,
      accounts: this.#accounts,
      sessions: this.#sessions,
      own: this.#own,
      mail: this.#mail,
      revocations: this.#revocations,
    });
    this.#direct = new DirectFeed((carrier, messages) => this.#handOver(carrier, messages));
    if (this.#accounts.read() !== null || this.#accounts.wasRemoved()) {
      void ctx.blockConcurrencyWhile(() => this.#mail.resume());
    }
  }

  // RPC

  /** Keeps the first account that is offered, and none after it was removed. [AC4] [AC18] */
  async create(account: NewAccount): Promise<Reply<Person>> {
    await this.#adopt();
    if (this.#accounts.wasRemoved()) return fail("conflict", "this id belonged to somebody who was removed");
    if (!this.#accounts.create(account)) return fail("nameTaken");
    return ok({ id: account.id, name: account.name });
  }

  /** The account with its password hash, null while nobody registered and after it was removed. */
  async account(): Promise<Account | null> {
    await this.#adopt();
    return this.#accounts.read();
  }

  /** Whether somebody registered and was not removed. */
  async exists(): Promise<boolean> {
    await this.#adopt();
    return this.#accounts.read() !== null;
  }

  /** Begins a session. A password that was replaced or removed since it was verified opens none. [SE1] [SE5] [RV6] */
  async openSession(session: Session, verified?: StoredPassword): Promise<Reply<Person>> {
    const account = this.#accounts.read();
    if (account === null) return fail(verified === undefined ? "session" : "credentials");
    if (verified !== undefined && verified.phc !== account.password.phc) return fail("credentials");
    const now = Date.now();
    const { news, ending } = this.ctx.storage.transactionSync(() => {
      const news = this.#begin(account, session, now);
      const surplus = this.#sessions.surplus(limits.SESSIONS_PER_USER_MAX, session.id, now);
      return { news, ending: this.#revocations.end(account.id, surplus, now) };
    });
    await this.#jobs.schedule("purge", session.expiresAtMs);
    // Whoever signs in does not wait for what happens to the oldest session.
    this.ctx.waitUntil(this.#revocations.tell(ending));
    await this.#mail.deliver([news], limits.ROSTER_WAIT_MS_MAX);
    return ok({ id: account.id, name: account.name });
  }

  /** The session is alive: who it speaks for. */
  async check(sessionId: string): Promise<Reply<Member>> {
    return this.#member(sessionId);
  }

  /** The same, and the place is told when the session ends: no turn of another call between check and row. [RV4] */
  async attach(sessionId: string, place: Place): Promise<Reply<Member>> {
    const member = this.#member(sessionId);
    if (member.ok) this.#sessions.attach(sessionId, place);
    return member;
  }

  /** The place holds nothing of the session any more. */
  async detach(sessionId: string, place: Place): Promise<void> {
    if (this.#accounts.read() !== null) this.#sessions.detach(sessionId, place);
  }

  /** The live sessions, the newest first, for a live session. [SE3] */
  async sessions(sessionId: string): Promise<Reply<readonly Session[]>> {
    const member = this.#member(sessionId);
    return member.ok ? ok(this.#sessions.list(Date.now())) : member;
  }

  /** Ends sessions on behalf of a live one; ids that are not live sessions of this user are passed over. [P7] */
  async end(bySessionId: string, which: readonly string[] | "all"): Promise<Reply<Ended>> {
    const member = this.#member(bySessionId);
    if (!member.ok) return member;
    const now = Date.now();
    const ids = which === "all" ? this.#allIds(now) : which;
    const { id } = member.value;
    const ending = this.ctx.storage.transactionSync(() => this.#revocations.end(id, ids, now));
    return ok(await this.#revocations.tell(ending));
  }

  /** Replaces the password, ends every session and opens this one: all of it or nothing. [RV5] */
  async changePassword(bySessionId: string, password: StoredPassword, session: Session): Promise<Reply<Ended>> {
    const member = this.#member(bySessionId);
    if (!member.ok) return member;
    const now = Date.now();
    const { news, ending } = this.ctx.storage.transactionSync(() => {
      this.#accounts.setPassword(password);
      const ending = this.#revocations.end(member.value.id, this.#allIds(now), now);
      return { news: this.#begin(member.value, session, now), ending };
    });
    this.#accounts.reload();
    await this.#jobs.schedule("purge", session.expiresAtMs);
    const listed = this.#mail.deliver([news], limits.ROSTER_WAIT_MS_MAX);
    const [ended] = await Promise.all([this.#revocations.tell(ending), listed]);
    return ok(ended);
  }

  /** Deletes the account, ends every session and refuses every account from then on: all of it or nothing. [RV7] */
  async remove(): Promise<Ended | null> {
    await this.#adopt();
    const account = this.#accounts.read();
    if (account === null) return null;
    const now = Date.now();
    const ending = this.ctx.storage.transactionSync(() => {
      this.#accounts.remove(now);
      return this.#revocations.endRemoved(account.id, this.#allIds(now), now);
    });
    this.#accounts.reload();
    return this.#revocations.tell(ending);
  }

  /** Makes the user an administrator. */
  async makeAdmin(): Promise<Reply<Person>> {
    await this.#adopt();
    const account = this.#accounts.read();
    if (account === null) return fail("notFound");
    this.#accounts.makeAdmin();
    return ok({ id: account.id, name: account.name });
  }

  /** Hands messages to the carriers where the user is attached; a user without an account gets none. [AC9] */
  async deliverDirect(messages: readonly DirectMessage[]): Promise<void> {
    const account = this.#accounts.read();
    if (account === null) return;
    const named = messages.map((message) => ({ ...message, toUserName: account.name }));
    await Promise.all(this.#sessions.carriers(Date.now()).map((carrier) => this.#direct.send(carrier, named)));
  }

  /** Who this is, or null for an id without an account. */
  async person(): Promise<Person | null> {
    await this.#adopt();
    const account = this.#accounts.read();
    return account === null ? null : { id: account.id, name: account.name };
  }

  async preferences(_sessionId: string): Promise<Reply<Preferences>> {
    return fail("unsupported");
  }
  async setPreferences(_sessionId: string, _patch: Partial<Preferences>): Promise<Reply<Preferences>> {
    return fail("unsupported");
  }
  async blocks(_sessionId: string): Promise<Reply<readonly Person[]>> {
    return fail("unsupported");
  }
  async block(_sessionId: string, _userId: number, _person: Person | null, _on: boolean): Promise<Reply<null>> {
    return fail("unsupported");
  }
  async suspend(_on: boolean): Promise<Ended | null> {
    return null;
  }
  /** Removes the account like `remove`, and every room where it acted is told to forget it. [RI10] */
  async erase(): Promise<Ended | null> {
    await this.#adopt();
    const account = this.#accounts.read();
    return account === null ? null : this.#erasure.erase(account);
  }

  /** Everything that is here, but for the password. [RI8] */
  async accountData(sessionId: string): Promise<Reply<AccountData>> {
    const member = this.#member(sessionId);
    if (!member.ok) return member;
    const { admin, ...user } = member.value;
    const own = this.#own;
    const sessions = this.#sessions.list(Date.now());
    const [preferences, blocks, rooms] = [own.preferences(), own.blocks(), own.rooms()];
    return ok({ user, admin, preferences, blocks, sessions, rooms });
  }

  async inbox(_sessionId: string, _query: InboxQuery): Promise<Reply<InboxPage>> {
    return fail("unsupported");
  }
  async muteRoom(_sessionId: string, _room: string, _muted: boolean): Promise<Reply<null>> {
    return fail("unsupported");
  }
  async roomNews(_room: string, _isIn: boolean, _stamp: number): Promise<void> {}
  async changed(_room: string): Promise<boolean> {
    return false;
  }

  override async fetch(_request: Request): Promise<Response> {
    return Response.json(fail("unsupported"), { status: 501 });
  }

  // Alarm

  override async alarm(): Promise<void> {
    await this.#jobs.run();
  }

  /** Takes over the account that a bulk creation left with the directory, the first time that somebody asks. [AC10] */
  async #adopt(): Promise<void> {
    if (this.#accounts.read() !== null || this.#accounts.wasRemoved()) return;
    const directory = this.env.DIRECTORY.getByName("directory");
    const account = await directory.entrusted(Number(this.ctx.id.name));
    if (account === null || !this.#accounts.create(account)) return;
    await this.ctx.storage.sync();
    await directory.release(account.id);
  }

  #member(sessionId: string): Reply<Member> {
    const account = this.#accounts.read();
    if (account === null || !this.#sessions.isLive(sessionId, Date.now())) return fail("session");
    return ok({ id: account.id, name: account.name, admin: account.admin });
  }

  /** Adds a session, with the news of it for the list. Call it in a transaction. [SE10] */
  #begin({ id, name }: Person, session: Session, nowMs: number): NewsLetter {
    this.#sessions.add(session);
    const news = { type: "began", userId: id, userName: name, session } as const;
    return this.#mail.post(`roster:${rosterShard(id)}`, news, nowMs);
  }

  #allIds(nowMs: number): readonly string[] {
    return this.#sessions.list(nowMs).map(({ id }) => id);
  }

  #purge(nowMs: number): number | undefined {
    const next = this.#sessions.purge(nowMs);
    return next === undefined ? undefined : Math.max(next, nowMs + PURGE_MS_MIN);
  }

  async #handOver(carrier: string, messages: readonly DirectMessage[]): Promise<void> {
    const account = this.#accounts.read();
    if (account !== null) await this.env.CARRIER.getByName(carrier).direct(account.id, messages);
  }
}
