import type { Person } from "../../contracts/event.ts";
import type { Identity } from "../../contracts/identity.ts";
import type { EndedSession, Namespace, UserStub } from "../../contracts/objects.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { People } from "./people.ts";
import type { UserBook } from "./user-book.ts";

type Users = Namespace<Pick<UserStub, "attach">>;
type Entry = { readonly userId: number; readonly expiresAtMs: number; readonly dead: boolean };

const ENTRIES_IN_MEMORY_MAX = 20_000;
const ADMITTED_PER_PURGE = 1_000;

/**
 * Which sessions may act in this room. The first act of a session asks its user object once (attach); after that the
 * room decides alone, because the user object tells it when the session ends. [RR1]
 */
export class SessionBook {
  readonly #sql: SqlStorage;
  readonly #users: Users;
  readonly #room: string;
  readonly #people: People;
  readonly #news: Pick<UserBook, "learn">;
  #admitted = 0;
  readonly #known = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<Reply<Person>>>();

  constructor(sql: SqlStorage, users: Users, room: string, people: People, news: Pick<UserBook, "learn">) {
    this.#sql = sql;
    this.#users = users;
    this.#room = room;
    this.#people = people;
    this.#news = news;
  }

  /** The person behind an identity, or the session failure. Asks the user object the first time only. */
  async admit(identity: Identity): Promise<Reply<Person>> {
    if (identity.kind !== "user" || identity.expiresAtMs <= Date.now()) return fail("session");
    const entry = this.#find(identity.sessionId);
    if (entry?.dead) return fail("session");
    const name = entry === undefined ? null : this.#people.nameOf(identity.userId);
    if (name !== null) return ok({ id: identity.userId, name });
    return this.#askOnce(identity);
  }

  /** Whether a session that was admitted before has ended since. */
  isDead(sessionId: string): boolean {
    return this.#find(sessionId)?.dead ?? false;
  }

  /** Remembers dead sessions until they would have expired by themselves, also ones that were never here. */
  end(sessions: readonly EndedSession[]): void {
    for (const { id, expiresAtMs } of sessions) this.#store(id, { userId: 0, expiresAtMs, dead: true });
    this.#purge();
  }

  /** Ends every session of a user that was admitted here. Answers which. */
  endUser(userId: number): ReadonlySet<string> {
    const rows = this.#sql
      .exec<{ id: string; expires_at: number }>("SELECT id, expires_at FROM session WHERE user_id = ?", userId)
      .toArray();
    this.end(rows.map(({ id, expires_at }) => ({ id, expiresAtMs: expires_at })));
    return new Set(rows.map(({ id }) => id));
  }

  #askOnce(identity: Identity): Promise<Reply<Person>> {
    const asking = this.#asking.get(identity.sessionId);
    if (asking !== undefined) return asking;
    const asked = this.#ask(identity).finally(() => this.#asking.delete(identity.sessionId));
    this.#asking.set(identity.sessionId, asked);
    return asked;
  }

  async #ask({ userId, sessionId, expiresAtMs }: Identity): Promise<Reply<Person>> {
    const stub = this.#users.getByName(String(userId));
    const reply = await stub.attach(sessionId, { kind: "room", name: this.#room });
    if (!reply.ok) return fail(reply.failure, reply.message);
    // The session may have ended while its answer was on the way: the room was told, because attach came first.
    if (this.isDead(sessionId)) return fail("session");
    const person = { id: userId, name: reply.value.name };
    this.#people.remember(person);
    // The oldest stamp of all: a letter about the same is newer, whichever comes first. [IN10]
    if (reply.value.sharesMarks === false) this.#news.learn(userId, { type: "marks", shares: false }, 0);
    this.#admitted++;
    if (this.#admitted % ADMITTED_PER_PURGE === 0) this.#purge();
    this.#store(sessionId, { userId, expiresAtMs, dead: false });
    return ok(person);
  }

  /** Expired sessions are refused by their time: their rows are of no use. */
  #purge(): void {
    this.#sql.exec("DELETE FROM session WHERE expires_at < ?", Date.now());
  }

  #find(sessionId: string): Entry | undefined {
    const known = this.#known.get(sessionId);
    if (known !== undefined) return known;
    const [row] = this.#sql.exec<{ user_id: number; expires_at: number; dead: number }>(
      "SELECT user_id, expires_at, dead FROM session WHERE id = ?",
      sessionId,
    );
    if (row === undefined) return undefined;
    return this.#cache(sessionId, { userId: row.user_id, expiresAtMs: row.expires_at, dead: row.dead === 1 });
  }

  #store(sessionId: string, entry: Entry): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO session (id, user_id, expires_at, dead) VALUES (?, ?, ?, ?)",
      sessionId,
      entry.userId,
      entry.expiresAtMs,
      entry.dead ? 1 : 0,
    );
    this.#cache(sessionId, entry);
  }

  #cache(sessionId: string, entry: Entry): Entry {
    if (this.#known.size >= ENTRIES_IN_MEMORY_MAX) this.#known.clear();
    this.#known.set(sessionId, entry);
    return entry;
  }
}
