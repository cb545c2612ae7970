import { describeError, log } from "../../contracts/log.ts";
import { outsideTrace } from "../../contracts/trace-context.ts";
import type { Jobs } from "./jobs.ts";
import { type Carry, type Delivered, type Letter, Outbox, RETRY_MS_MIN } from "./outbox.ts";

type Parts<Body, Answer> = {
  readonly sql: SqlStorage;
  readonly jobs: Jobs;
  /** The name of the job that calls `drain`. */
  readonly job: string;
  readonly carry: Carry<Body, Answer>;
  /**
   * How many letters leave in a second when more than that wait; without it all of them at once. Each may wake an object,
   * which stays awake for seconds and holds files open on a self-host.
   */
  readonly perSecond?: number;
};

const ROUND_MS_MAX = 2_000;
const SECOND_MS = 1_000;

/** Letters of one object, each carried until it was taken, by the alarm in the end. [OB2] [OB3] */
export class Mail<Body, Answer> {
  readonly #outbox: Outbox<Body, Answer>;
  readonly #jobs: Jobs;
  readonly #job: string;
  readonly #perSecond: number;
  #flushing = false;
  /** Until then the letters of this second have left: the job, which is scheduled, goes on. */
  #restUntilMs = 0;

  constructor({ sql, jobs, job, carry, perSecond = Number.MAX_SAFE_INTEGER }: Parts<Body, Answer>) {
    this.#jobs = jobs;
    this.#job = job;
    this.#perSecond = perSecond;
    this.#outbox = new Outbox(sql, carry);
  }

  /** Stores a letter. Call it in the transaction that makes it necessary, then deliver it or flush. */
  post(target: string, body: Body, nowMs: number): Letter<Body> {
    return this.#outbox.post(target, body, nowMs);
  }

  /** Carries letters and waits a while; the alarm goes on with those that were not taken. */
  async deliver(letters: readonly Letter<Body>[], waitMs: number): Promise<Delivered<Answer>> {
    if (letters.length === 0) return { answers: [], pending: 0 };
    // Before the first call: whoever dies while it waits is woken by the alarm.
    await this.#jobs.schedule(this.#job, Date.now() + RETRY_MS_MIN);
    const delivered = await this.#outbox.deliver(letters, waitMs);
    await this.#settle();
    return delivered;
  }

  /**
   * Carries what is due in nobody's way: one round at a time, and what is posted meanwhile in the next, so that a burst
   * of letters is as many calls and no more alarms than a single one. What is too much for one second is the job's. [OB4]
   */
  flush(): void {
    if (!this.#flushing && Date.now() >= this.#restUntilMs && this.#isDue()) void outsideTrace(() => this.#rounds());
  }

  /** The job: carries on until every letter was taken. */
  async drain(nowMs: number): Promise<number | undefined> {
    if (this.#perSecond === Number.MAX_SAFE_INTEGER) return this.#outbox.drain(nowMs);
    await this.#outbox.carryDue(nowMs, ROUND_MS_MAX, this.#perSecond);
    const dueMs = this.#outbox.nextDueMs();
    if (dueMs === undefined) return undefined;
    if (dueMs <= nowMs) this.#restUntilMs = nowMs + SECOND_MS;
    return Math.max(dueMs, nowMs + SECOND_MS);
  }

  /** Makes sure that letters of an earlier life have a job: a crash while the job ran would have taken it along. */
  async resume(): Promise<void> {
    const dueMs = this.#outbox.nextDueMs();
    if (dueMs !== undefined) await this.#jobs.schedule(this.#job, dueMs);
  }

  async #rounds(): Promise<void> {
    this.#flushing = true;
    try {
      await this.#jobs.schedule(this.#job, Date.now() + RETRY_MS_MIN);
      let left = this.#perSecond;
      do {
        while (left > 0 && this.#isDue()) left -= await this.#outbox.carryDue(Date.now(), ROUND_MS_MAX, left);
        if (left === 0) return await this.#rest();
        await this.#settle();
        // Settling waits for the storage: a letter that was posted meanwhile found this flush under way.
      } while (this.#isDue());
    } catch (error) {
      log("error", "letters not carried", { job: this.#job, error: describeError(error) });
    } finally {
      this.#flushing = false;
    }
  }

  async #rest(): Promise<void> {
    this.#restUntilMs = Date.now() + SECOND_MS;
    await this.#jobs.schedule(this.#job, this.#restUntilMs);
  }

  // Most letters are taken at once: without this each of them would wake the object again, for nothing.
  async #settle(): Promise<void> {
    if (this.#outbox.nextDueMs() === undefined) await this.#jobs.cancel(this.#job);
  }

  #isDue(): boolean {
    const dueMs = this.#outbox.nextDueMs();
    return dueMs !== undefined && dueMs <= Date.now();
  }
}
