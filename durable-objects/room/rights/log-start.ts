import type { Counters } from "../event-store.ts";

/** What is due to be cut: events up to a time, and events up to a message's number. */
export type Due = { readonly atMs: number; readonly messageNo: number };
type Row = { seq: number; at: number; message_no: number };

const KEY = "start";
/** Events that one transaction cuts: more would keep the room from its readers. */
export const CUT_EVENTS_MAX = 5_000;
const ZERO: Counters = { head: 0, messages: 0, at: 0 };

/** Where the retained log begins: how its counters stood right before the first event that is still there. */
export class LogStart {
  readonly #sql: SqlStorage;
  #counters: Counters;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const [row] = sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = ?", KEY);
    this.#counters = row === undefined ? ZERO : (JSON.parse(row.value) as Counters);
  }

  /** All zero for a log that was never cut. */
  get counters(): Counters {
    return this.#counters;
  }

  /** Notes that the log begins behind these counters. Call it in a transaction, then `take`. */
  write(counters: Counters): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", KEY, JSON.stringify(counters));
  }

  /** Takes over what was written, once the transaction is through. */
  take(counters: Counters): void {
    this.#counters = counters;
  }

  /** How the counters stood at the last event of the run that is due; looks at CUT_EVENTS_MAX events at most. */
  find({ atMs, messageNo }: Due): Counters {
    let last = this.#counters;
    const sql = "SELECT seq, at, message_no FROM event ORDER BY seq LIMIT ?";
    for (const row of this.#sql.exec<Row>(sql, CUT_EVENTS_MAX)) {
      if (row.at > atMs && row.message_no > messageNo) break;
      last = { head: row.seq, messages: row.message_no, at: row.at };
    }
    return last;
  }

  /** Deletes events and everything that hangs on them, but for client ids. Call it in a transaction. [LG3] [RI1] */
  cut(to: Counters): void {
    for (const table of ["version", "reaction", "mention", "pin", "event"]) {
      this.#sql.exec(`DELETE FROM ${table} WHERE seq <= ?`, to.head);
    }
    this.write(to);
  }

  /** When the first event was that is retained, null for none. */
  oldestAtMs(): number | null {
    const [row] = this.#sql.exec<{ at: number }>("SELECT at FROM event ORDER BY seq LIMIT 1");
    return row?.at ?? null;
  }
}
