import { DurableObject } from "cloudflare:workers";
import type { Person } from "../../contracts/event.ts";
import type { DirectMessage } from "../../contracts/gochat.ts";
import { readIdentity } from "../../contracts/identity.ts";
import { PING, PONG } from "../../contracts/native.ts";
import type { Account, NewAccount, Place, StoredPassword, UserStub } from "../../contracts/objects.ts";
import { receiveCalls } from "../../contracts/receive-calls.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { InboxPage, InboxQuery } from "../../contracts/rooms.ts";
import type { AccountData, Ended, Preferences, Session } from "../../contracts/services.ts";
import { traceObjects } from "../../contracts/trace-hops.ts";
import { Jobs } from "../lib/jobs.ts";
import { Mail } from "../lib/mail.ts";
import { refuseUpgrade } from "../lib/sockets.ts";
import { AccountStore } from "./account-store.ts";
import { Blocks } from "./blocks.ts";
import { DirectFeed } from "./direct-feed.ts";
import { AccountErasure } from "./erasure.ts";
import { EXPIRE_JOB, Inbox } from "./inbox.ts";
import { carry, MAIL_JOB, type NewsLetter, type Places, type Mail as UserMail } from "./mail.ts";
import { Revocations } from "./revocations.ts";
import { SessionStore } from "./session-store.ts";
import { SignIns } from "./sign-ins.ts";
import { Suspension } from "./suspension.ts";

type Member = Person & { readonly admin: boolean };

/** One per user: the credential, the sessions, and where they act. Without an account it refuses and writes nothing. */
export class UserObject extends DurableObject<Places> implements UserStub {
  static {
    receiveCalls(UserObject.prototype, { object: "user" });
  }
  readonly #accounts: AccountStore;
  readonly #sessions: SessionStore;
  readonly #mail: UserMail;
  readonly #inbox: Inbox;
  readonly #signIns: SignIns;
  readonly #jobs: Jobs;
  readonly #direct: DirectFeed;
  readonly #blocks: Blocks;
  readonly #erasure: AccountErasure;

  constructor(ctx: DurableObjectState, env: Places) {
    super(ctx, traceObjects(env));
    this.#accounts = new AccountStore(ctx.storage);
    this.#sessions = new SessionStore(ctx.storage.sql);
    this.#jobs = new Jobs(ctx.storage, {
      [MAIL_JOB]: (nowMs) => this.#mail.drain(nowMs),
      [EXPIRE_JOB]: (nowMs) => this.#inbox.sockets.expire(nowMs),
      purge: (nowMs) => this.#signIns.purge(nowMs),
    });
    this.#mail = new Mail({
      sql: ctx.storage.sql,
      jobs: this.#jobs,
      job: MAIL_JOB,
      carry: (letter) => this.#carry(letter),
    });
    this.#inbox = new Inbox({
      ctx,
      rooms: this.env.ROOM,
      mail: this.#mail,
      jobs: this.#jobs,
      userId: () => this.#accounts.read()?.id ?? 0,
    });
    const revocations = new Revocations(this.#sessions, this.#mail, (ids) => this.#inbox.sockets.end(ids));
    this.#signIns = new SignIns({
      storage: ctx.storage,
      accounts: this.#accounts,
      sessions: this.#sessions,
      suspension: new Suspension(ctx.storage.sql),
      mail: this.#mail,
      jobs: this.#jobs,
      revocations,
    });
    this.#erasure = new AccountErasure({
      storage: ctx.storage,
      accounts: this.#accounts,
      sessions: this.#sessions,
      rooms: this.#inbox.list,
      mail: this.#mail,
      revocations,
    });
    this.#blocks = new Blocks(ctx.storage, this.#mail);
    this.#direct = new DirectFeed((carrier, messages) => this.#handOver(carrier, messages));
    if (this.#accounts.read() !== null || this.#accounts.wasRemoved()) {
      void ctx.blockConcurrencyWhile(() => this.#mail.resume());
    }
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
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
    return this.#signIns.open(session, verified);
  }

  /** The session is alive: who it speaks for. */
  async check(sessionId: string): Promise<Reply<Member>> {
    return this.#member(sessionId);
  }

  /** The same, and the place is told when the session ends: no turn of another call between check and row. [RV4] */
  async attach(sessionId: string, place: Place): Promise<Reply<Member & Pick<Preferences, "sharesMarks">>> {
    const member = this.#member(sessionId);
    if (!member.ok) return member;
    this.#sessions.attach(sessionId, place);
    if (place.kind === "room") this.#inbox.list.act(place.name);
    return ok({ ...member.value, sharesMarks: this.#inbox.preferences.sharesMarks });
  }

  /** The place holds nothing of the session any more. */
  async detach(sessionId: string, place: Place): Promise<void> {
    if (this.#accounts.read() !== null) this.#sessions.detach(sessionId, place);
  }

  /** The live sessions, the newest first, for a live session. [SE3] */
  async sessions(sessionId: string): Promise<Reply<readonly Session[]>> {
    return this.#as(sessionId, () => ok(this.#sessions.list(Date.now())));
  }

  /** Ends sessions on behalf of a live one; ids that are not live sessions of this user are passed over. [P7] */
  async end(bySessionId: string, which: readonly string[] | "all"): Promise<Reply<Ended>> {
    return this.#as(bySessionId, async ({ id }) => ok(await this.#signIns.end(id, which)));
  }

  /** Replaces the password, ends every session and opens this one: all of it or nothing. [RV5] */
  async changePassword(bySessionId: string, password: StoredPassword, session: Session): Promise<Reply<Ended>> {
    return this.#as(bySessionId, async (user) => ok(await this.#signIns.changePassword(user, password, session)));
  }

  /** Deletes the account, ends every session and refuses every account from then on: all of it or nothing. [RV7] */
  async remove(): Promise<Ended | null> {
    await this.#adopt();
    const account = this.#accounts.read();
    return account === null ? null : this.#signIns.remove(account);
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

  async preferences(sessionId: string): Promise<Reply<Preferences>> {
    return this.#as(sessionId, () => ok(this.#inbox.preferences));
  }

  /** Changes what the caller says, and keeps the rest. [IN10] */
  async setPreferences(sessionId: string, patch: Partial<Preferences>): Promise<Reply<Preferences>> {
    return this.#as(sessionId, async () => ok(await this.#inbox.setPreferences(patch)));
  }

  /** Whom the user blocked, for a live session. [MO20] */
  async blocks(sessionId: string): Promise<Reply<readonly number[]>> {
    return this.#as(sessionId, () => ok(this.#blocks.all()));
  }

  /** Blocks somebody, or takes it back; the room of the two learns it. [MO14] [MO20] */
  async block(sessionId: string, userId: number, person: Person | null, on: boolean): Promise<Reply<null>> {
    return this.#as(sessionId, (member) => this.#blocks.set(member.id, { userId, person, on }));
  }

  /** Ends every session and opens none until it is taken back. [MO19] */
  async suspend(on: boolean): Promise<Ended | null> {
    await this.#adopt();
    const account = this.#accounts.read();
    return account === null ? null : this.#signIns.suspend(account, on);
  }

  /**
   * Removes the account like `remove`, and every room where it acted is told to forget it. [RI10] On behalf of a session
   * only while that lives: it may have ended while the password was verified. [RI11]
   */
  async erase(bySessionId?: string): Promise<Ended | null> {
    await this.#adopt();
    const account = this.#accounts.read();
    if (account === null || (bySessionId !== undefined && !this.#member(bySessionId).ok)) return null;
    return this.#erasure.erase(account);
  }

  /** Everything that is here, but for the password. [RI8] */
  async accountData(sessionId: string): Promise<Reply<AccountData>> {
    return this.#as(sessionId, ({ admin, ...user }) => {
      const { preferences, list } = this.#inbox;
      const sessions = this.#sessions.list(Date.now());
      return ok({ user, admin, preferences, blocks: this.#blocks.all(), sessions, rooms: list.all() });
    });
  }

  /** A page of the user's rooms as they look now. [IN3] */
  async inbox(sessionId: string, query: InboxQuery): Promise<Reply<InboxPage>> {
    return this.#as(sessionId, async () => ok(await this.#inbox.page(query)));
  }

  async muteRoom(sessionId: string, room: string, muted: boolean): Promise<Reply<null>> {
    return this.#as(sessionId, () => this.#inbox.mute(room, muted));
  }

  /**
   * From rooms: whether the room is the user's; an account that was left with the directory is taken over. [IN2] A room
   * that wrote down the name before it could know of the erasure is told. [RI10]
   */
  async roomNews(room: string, isIn: boolean, stamp: number): Promise<void> {
    await this.#adopt();
    if (this.#accounts.read() !== null) this.#inbox.learn(room, isIn, stamp);
    else if (this.#accounts.wasRemoved()) this.#erasure.tellLate(room);
  }

  /** From rooms: whether the user may join this one. [IN2] */
  async hasPlaceFor(room: string): Promise<boolean> {
    return this.#accounts.read() !== null && this.#inbox.list.fits(room);
  }

  /** From rooms: something is different there. False when nobody looks. [IN6] */
  async changed(room: string): Promise<boolean> {
    return this.#accounts.read() !== null && this.#inbox.changed(room);
  }

  // Sockets

  /** The upgrade to the inbox's socket. No await between the check of the session and the socket. [IN8] */
  override async fetch(request: Request): Promise<Response> {
    const identity = readIdentity(request.headers);
    if (identity === null) return refuseUpgrade(fail("session"));
    if (request.headers.get("Upgrade") !== "websocket") return refuseUpgrade(fail("badRequest", "expected an upgrade"));
    const opened = await this.#as(identity.sessionId, () => this.#inbox.open(request, identity));
    return opened.ok ? opened.value : refuseUpgrade(opened);
  }

  override async webSocketMessage(socket: WebSocket): Promise<void> {
    this.#inbox.sockets.refuse(socket);
  }

  override async webSocketClose(socket: WebSocket, code: number, reason: string): Promise<void> {
    this.#inbox.sockets.closed(socket, code, reason);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#inbox.sockets.left(socket);
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

  /** Does something for a live session, in the turn in which it is known to be one. */
  async #as<T>(sessionId: string, act: (member: Member) => Reply<T> | Promise<Reply<T>>): Promise<Reply<T>> {
    const member = this.#member(sessionId);
    return member.ok ? act(member.value) : member;
  }

  async #handOver(carrier: string, messages: readonly DirectMessage[]): Promise<void> {
    const account = this.#accounts.read();
    if (account !== null) await this.env.CARRIER.getByName(carrier).direct(account.id, messages);
  }

  async #carry(letter: NewsLetter): Promise<number> {
    const closed = await carry(this.env, letter);
    if ("type" in letter.body && letter.body.type === "watch") this.#inbox.watched(letter.target.slice("room:".length));
    return closed;
  }
}
