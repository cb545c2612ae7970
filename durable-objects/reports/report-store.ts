import { Buffer } from "node:buffer";
import { limits } from "../../contracts/limits.ts";
import type { Report, ReportPage, ReportQuery } from "../../contracts/rooms.ts";

type Row = {
  readonly no: number;
  readonly id: string;
  readonly room: string;
  readonly seq: number;
  readonly at: number;
  readonly reporter: number;
  readonly reporter_name: string;
  readonly author: number;
  readonly author_name: string;
  readonly body: string;
  readonly reason: string;
  readonly state: string;
  readonly resolution: string;
};
/** Reports of one life of a room. */
export type RoomLife = { readonly room: string; readonly epoch: string };

/** Reports as rows, in the order in which they came. */
export class ReportStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Keeps a report; one that is here already stays as it is. */
  put({ id, room, seq, at, reporter, author, body, reason }: Report): void {
    const [isReporterErased, isAuthorErased] = [this.#isErased(reporter.id), this.#isErased(author.id)];
    this.#sql.exec(
      `INSERT INTO report (id, room, seq, at, reporter, reporter_name, author, author_name, body, reason, state, resolution)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', '') ON CONFLICT (id) DO NOTHING`,
      id,
      room,
      seq,
      at,
      reporter.id,
      isReporterErased ? "" : reporter.name,
      author.id,
      isAuthorErased ? "" : author.name,
      isAuthorErased ? "" : body,
      isReporterErased ? "" : reason,
    );
  }

  find(id: string): Report | null {
    const [row] = this.#sql.exec<Row>("SELECT * FROM report WHERE id = ?", id);
    return row === undefined ? null : toReport(row);
  }

  /** A page after a cursor, bounded like a page of the log. */
  page({ after, limit, state }: ReportQuery, life: RoomLife | null): ReportPage {
    const reports: Report[] = [];
    let [bytes, next] = [0, after];
    for (const row of this.#rows(Number(after || "0"), limit + 1, state ?? null, life)) {
      bytes += Buffer.byteLength(row.body);
      const isFull = reports.length === limit || (reports.length > 0 && bytes > limits.PAGE_BYTES_MAX);
      if (isFull) return { reports, more: true, next };
      reports.push(toReport(row));
      next = String(row.no);
    }
    return { reports, more: false, next };
  }

  resolve(id: string, resolution: string): void {
    this.#sql.exec("UPDATE report SET state = 'resolved', resolution = ? WHERE id = ?", resolution, id);
  }

  /** Blanks what a user said and is called, in reports that are here and in those that still come. */
  erase(userId: number): void {
    this.#sql.exec("INSERT OR IGNORE INTO erased (user_id) VALUES (?)", userId);
    this.#sql.exec("UPDATE report SET reporter_name = '', reason = '' WHERE reporter = ?", userId);
    this.#sql.exec("UPDATE report SET author_name = '', body = '' WHERE author = ?", userId);
  }

  #rows(after: number, limit: number, state: string | null, life: RoomLife | null): Iterable<Row> {
    const prefix = life === null ? "" : `${life.epoch}-`;
    const [only, values] =
      life === null ? ["", []] : ["AND room = ? AND substr(id, 1, ?) = ?", [life.room, prefix.length, prefix]];
    return this.#sql.exec<Row>(
      `SELECT * FROM report WHERE no > ? ${only} ${state === null ? "" : "AND state = ?"} ORDER BY no LIMIT ?`,
      after,
      ...values,
      ...(state === null ? [] : [state]),
      limit,
    );
  }

  #isErased(userId: number): boolean {
    return !this.#sql.exec("SELECT 1 FROM erased WHERE user_id = ?", userId).next().done;
  }
}

function toReport(row: Row): Report {
  const { id, room, seq, at, body, reason, state, resolution } = row;
  const reporter = { id: row.reporter, name: row.reporter_name };
  const author = { id: row.author, name: row.author_name };
  return { id, room, seq, at, reporter, author, body, reason, state: state as Report["state"], resolution };
}
