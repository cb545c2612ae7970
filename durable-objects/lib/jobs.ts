import { describeError, log } from "../../contracts/log.ts";
import type { Migration } from "./migrate.ts";

/** The table behind the one alarm of an object: put it into the object's own list of migrations. */
export const jobsMigration: Migration = {
  id: "jobs",
  sql: "CREATE TABLE job (kind TEXT PRIMARY KEY, due_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
};

/** Does the work of one kind; a returned time schedules it again. */
export type JobHandler = (nowMs: number) => Promise<number | undefined> | number | undefined;

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;
const LEASE_MS = 60_000;

/** Named jobs behind the one alarm. A job that throws is tried again, later each time; run() itself never throws. */
export class Jobs {
  readonly #storage: DurableObjectStorage;
  readonly #handlers: Readonly<Record<string, JobHandler>>;

  constructor(storage: DurableObjectStorage, handlers: Readonly<Record<string, JobHandler>>) {
    this.#storage = storage;
    this.#handlers = handlers;
  }

  /** Makes sure that a job runs at `dueAtMs` or before. */
  async schedule(kind: string, dueAtMs: number): Promise<void> {
    this.#storage.sql.exec(
      "INSERT INTO job (kind, due_at) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET due_at = MIN(due_at, excluded.due_at)",
      kind,
      dueAtMs,
    );
    await this.#arm();
  }

  /** Makes sure that a job does not run, and that nobody is woken for it. */
  async cancel(kind: string): Promise<void> {
    this.#storage.sql.exec("DELETE FROM job WHERE kind = ?", kind);
    const next = this.#nextDueMs();
    await (next === undefined ? this.#storage.deleteAlarm() : this.#storage.setAlarm(next));
  }

  /** Runs what is due and sets the alarm for what is not. Call it from alarm(). */
  async run(): Promise<void> {
    const now = Date.now();
    const due = this.#storage.sql
      .exec<{ kind: string; failures: number }>("SELECT kind, failures FROM job WHERE due_at <= ? ORDER BY due_at", now)
      .toArray();
    for (const { kind, failures } of due) await this.#runOne(kind, failures, now);
    await this.#arm();
  }

  /** The row stays while the handler works, due again later: a crash in between loses no job. */
  async #runOne(kind: string, failures: number, now: number): Promise<void> {
    const leaseMs = now + LEASE_MS;
    this.#storage.sql.exec("UPDATE job SET due_at = ? WHERE kind = ?", leaseMs, kind);
    try {
      const next = await this.#handlers[kind]?.(now);
      this.#storage.sql.exec("DELETE FROM job WHERE kind = ? AND due_at = ?", kind, leaseMs);
      if (next !== undefined) await this.schedule(kind, next);
    } catch (error) {
      log("error", "job failed", { kind, failures: failures + 1, error: describeError(error) });
      const wait = Math.min(RETRY_MS_MIN * 2 ** failures, RETRY_MS_MAX);
      this.#storage.sql.exec(
        "INSERT OR REPLACE INTO job (kind, due_at, failures) VALUES (?, ?, ?)",
        kind,
        now + wait,
        failures + 1,
      );
    }
  }

  async #arm(): Promise<void> {
    const next = this.#nextDueMs();
    if (next === undefined) return;
    const armed = await this.#storage.getAlarm();
    if (armed === null || armed > next) await this.#storage.setAlarm(next);
  }

  #nextDueMs(): number | undefined {
    const [next] = this.#storage.sql.exec<{ due_at: number }>("SELECT due_at FROM job ORDER BY due_at LIMIT 1");
    return next?.due_at;
  }
}
