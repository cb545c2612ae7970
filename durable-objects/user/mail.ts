import type {
  CarrierStub,
  DirectoryStub,
  EndedSession,
  Namespace,
  ReportsStub,
  RoomStub,
  RosterStub,
  UserNews,
} from "../../contracts/objects.ts";
import type { Session } from "../../contracts/services.ts";
import type { Jobs } from "../lib/jobs.ts";
import { type Delivered, type Letter, Outbox, RETRY_MS_MIN } from "../lib/outbox.ts";

/** Whom a user object calls: the places where sessions act, the list of sessions, and the directory. */
export type Places = {
  readonly DIRECTORY: Namespace<Pick<DirectoryStub, "entrusted" | "release">>;
  readonly ROOM: Namespace<Pick<RoomStub, "revoke" | "learn">>;
  readonly CARRIER: Namespace<Pick<CarrierStub, "revoke" | "direct">>;
  readonly ROSTER: Namespace<Pick<RosterStub, "began" | "ended">>;
  readonly REPORTS: Namespace<Pick<ReportsStub, "erase">>;
};

/** What the list of live sessions must learn. */
export type RosterNews =
  | { readonly type: "began"; readonly userId: number; readonly userName: string; readonly session: Session }
  | {
      readonly type: "ended";
      readonly userId: number;
      readonly sessionIds: readonly string[];
      readonly untilMs: number;
    };
/** What a room must learn of the user; the letter's number is its stamp. */
type RoomNews = { readonly type: "learn"; readonly userId: number; readonly news: UserNews };
/** The list of reports must forget the user. */
type ReportsNews = { readonly type: "forget"; readonly userId: number };
/** What others must learn: rooms and carriers of dead sessions, the list of what began and ended. */
type News = readonly EndedSession[] | RosterNews | RoomNews | ReportsNews;
/** A letter to a room (`room:`), a carrier (`carrier:`), a shard of the list (`roster:`) or the reports (`reports:`). */
export type NewsLetter = Letter<News>;

// The name under which the job is stored, from the time when ended sessions were all that was told.
const JOB = "revoke";

/** Letters about a user's sessions, each carried until it was taken, by the alarm in the end. [OB2] [OB3] */
export class Mail {
  readonly #outbox: Outbox<News, number>;
  readonly #jobs: Jobs;

  constructor(sql: SqlStorage, env: Places, jobs: Jobs) {
    this.#jobs = jobs;
    this.#outbox = new Outbox(sql, (letter) => carry(env, letter));
  }

  /** Stores a letter. Call it in the transaction that makes it necessary, then deliver it. */
  post(target: string, news: News, nowMs: number): NewsLetter {
    return this.#outbox.post(target, news, nowMs);
  }

  /** Carries letters and waits a while; the alarm goes on with those that were not taken. */
  async deliver(letters: readonly NewsLetter[], waitMs: number): Promise<Delivered<number>> {
    if (letters.length === 0) return { answers: [], pending: 0 };
    // Before the first call: whoever dies while it waits is woken by the alarm.
    await this.#jobs.schedule(JOB, Date.now() + RETRY_MS_MIN);
    const delivered = await this.#outbox.deliver(letters, waitMs);
    // Every sign-in posts a letter: without this each of them would be woken again, for nothing.
    if (this.#outbox.nextDueMs() === undefined) await this.#jobs.cancel(JOB);
    return delivered;
  }

  /** The job: carries on until every letter was taken. */
  drain(nowMs: number): Promise<number | undefined> {
    return this.#outbox.drain(nowMs);
  }

  /** Makes sure that letters of an earlier life have a job: a crash while the job ran would have taken it along. */
  async resume(): Promise<void> {
    const dueMs = this.#outbox.nextDueMs();
    if (dueMs !== undefined) await this.#jobs.schedule(JOB, dueMs);
  }
}

/** Answers how many sockets were closed by it. */
async function carry(env: Places, { no, target, body }: NewsLetter): Promise<number> {
  const at = target.indexOf(":");
  const name = target.slice(at + 1);
  if (!("type" in body)) {
    const place = target.slice(0, at) === "room" ? env.ROOM.getByName(name) : env.CARRIER.getByName(name);
    return place.revoke(body);
  }
  if (body.type === "learn") await env.ROOM.getByName(name).learn(body.userId, body.news, no);
  else if (body.type === "forget") await env.REPORTS.getByName(name).erase(body.userId);
  else await list(env.ROSTER.getByName(name), body);
  return 0;
}

async function list(roster: Pick<RosterStub, "began" | "ended">, news: RosterNews): Promise<void> {
  if (news.type === "began") await roster.began(news.userId, news.userName, news.session);
  else await roster.ended(news.userId, news.sessionIds, news.untilMs);
}
