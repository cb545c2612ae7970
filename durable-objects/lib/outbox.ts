import { describeError, log } from "../../contracts/log.ts";
import { mapParallel } from "../../contracts/parallel.ts";
import type { Migration } from "./migrate.ts";
import { settledWithin } from "./settled-within.ts";

/** The table of what other objects must learn: put it into the object's own list of migrations. */
export const outboxMigration: Migration = {
  id: "outbox",
  // AUTOINCREMENT: a number stands for one letter for ever, so that a receiver can tell a repeated one.
  sql: `CREATE TABLE outbox (no INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, body TEXT NOT NULL,
          due_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0);
        CREATE INDEX outbox_due ON outbox (due_at)`,
};

/** One thing that one other object must learn. */
export type Letter<Body> = { readonly no: number; readonly target: string; readonly body: Body };
/** Carries a letter; it counts as delivered when the promise resolves. The receiver may get a letter more than once. */
export type Carry<Body, Answer> = (letter: Letter<Body>) => Promise<Answer>;
/** What came back in time, and how many letters are carried again later. */
export type Delivered<Answer> = { readonly answers: readonly Answer[]; readonly pending: number };

/** Above the wait of whoever posts and delivers at once: the first retry comes after that attempt is over. */
export const RETRY_MS_MIN = 3_000;
const RETRY_MS_MAX = 30_000;
const WIDTH = 32;
const DRAIN_LETTERS_MAX = 500;
const DRAIN_WAIT_MS = 10_000;

/** Letters to other objects, kept until they were taken: at least once, in no order between targets. */
export class Outbox<Body, Answer> {
  readonly #sql: SqlStorage;
  readonly #carry: Carry<Body, Answer>;

  constructor(sql: SqlStorage, carry: Carry<Body, Answer>) {
    this.#sql = sql;
    this.#carry = carry;
  }

  /** Stores a letter. Call it in the transaction that makes it necessary, then deliver it or schedule the drain. */
  post(target: string, body: Body, nowMs: number): Letter<Body> {
    const { no } = this.#sql
      .exec<{ no: number }>(
        "INSERT INTO outbox (target, body, due_at) VALUES (?, ?, ?) RETURNING no",
        target,
        JSON.stringify(body),
        nowMs,
      )
      .one();
    return { no, target, body };
  }

  /** Carries letters in parallel and waits no longer than `waitMs`; one that answers later still counts as taken. */
  async deliver(letters: readonly Letter<Body>[], waitMs: number): Promise<Delivered<Answer>> {
    const answers: Answer[] = [];
    const deadline = Date.now() + waitMs;
    const all = mapParallel(letters, WIDTH, async (letter) => {
      if (Date.now() < deadline) await this.#tryOne(letter, answers);
    });
    await settledWithin(all, waitMs);
    const inTime = [...answers];
    return { answers: inTime, pending: letters.length - inTime.length };
  }

  /** Carries what is due. Answers when to come again, undefined when nothing is left: the shape of a job. */
  async drain(nowMs: number): Promise<number | undefined> {
    await this.carryDue(nowMs, DRAIN_WAIT_MS);
    return this.nextDueMs();
  }

  /** Carries at most so many of the letters that are due, and waits a while. Answers how many it took in hand. */
  async carryDue(nowMs: number, waitMs: number, lettersMax = DRAIN_LETTERS_MAX): Promise<number> {
    const due = this.#sql
      .exec<{ no: number; target: string; body: string }>(
        "SELECT no, target, body FROM outbox WHERE due_at <= ? ORDER BY due_at LIMIT ?",
        nowMs,
        Math.min(lettersMax, DRAIN_LETTERS_MAX),
      )
      .toArray();
    const letters = due.map(({ no, target, body }) => ({ no, target, body: JSON.parse(body) as Body }));
    await this.deliver(letters, waitMs);
    return letters.length;
  }

  /** When the first letter is due, undefined when none is left. */
  nextDueMs(): number | undefined {
    const [row] = this.#sql.exec<{ due_at: number }>("SELECT due_at FROM outbox ORDER BY due_at LIMIT 1");
    return row?.due_at;
  }

  async #tryOne(letter: Letter<Body>, answers: Answer[]): Promise<void> {
    // Put off before it is tried: an answer that never comes and a crash are retried like a refusal.
    this.#putOff(letter.no, Date.now());
    try {
      answers.push(await this.#carry(letter));
      this.#sql.exec("DELETE FROM outbox WHERE no = ?", letter.no);
    } catch (error) {
      log("warn", "letter not delivered", { no: letter.no, target: letter.target, error: describeError(error) });
    }
  }

  #putOff(no: number, nowMs: number): void {
    this.#sql.exec(
      "UPDATE outbox SET due_at = ? + MIN(? << MIN(failures, 8), ?), failures = failures + 1 WHERE no = ?",
      nowMs,
      RETRY_MS_MIN,
      RETRY_MS_MAX,
      no,
    );
  }
}
