import { type Bucket, spentAt } from "./bucket.ts";

/** The buckets of one address, one row a key. A key without a row is an empty bucket. */
export class BucketStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The bucket as it was left. */
  read(key: string, nowMs: number): Bucket {
    const [row] = this.#sql.exec<{ spent: number; at_ms: number }>(
      "SELECT spent, at_ms FROM bucket WHERE key = ?",
      key,
    );
    return row === undefined ? { spent: 0, atMs: nowMs } : { spent: row.spent, atMs: row.at_ms };
  }

  /** Spends tokens, or gives them back with a negative amount; never below empty. */
  add(key: string, amount: number, perWindow: number, nowMs: number): void {
    const spent = Math.max(0, spentAt(this.read(key, nowMs), perWindow, nowMs) + amount);
    this.#sql.exec("INSERT OR REPLACE INTO bucket (key, spent, at_ms) VALUES (?, ?, ?)", key, spent, nowMs);
  }

  /** Forgets buckets that are empty by now: those last touched a window ago. Answers whether any are left. */
  purge(beforeMs: number): boolean {
    this.#sql.exec("DELETE FROM bucket WHERE at_ms <= ? OR spent = 0", beforeMs);
    return this.#sql.exec<{ left: number }>("SELECT EXISTS (SELECT 1 FROM bucket) AS left").one().left === 1;
  }
}
