import type { Report } from "../../../contracts/rooms.ts";

/** What was reported here, so that the same report twice is one. Where reports are read is the list of all of them. */
export class ReportBook {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What somebody reported of a message, as it was answered then; null for a message that the user did not report. */
  find(seq: number, reporter: number): Report | null {
    const [row] = this.#sql.exec<{ report: string }>(
      "SELECT report FROM report WHERE seq = ? AND reporter = ?",
      seq,
      reporter,
    );
    return row === undefined ? null : (JSON.parse(row.report) as Report);
  }

  /** How many messages somebody reported. */
  countOf(reporter: number): number {
    return this.#sql
      .exec<{ reports: number }>("SELECT COUNT(*) AS reports FROM report WHERE reporter = ?", reporter)
      .one().reports;
  }

  put(report: Report): void {
    this.#sql.exec(
      "INSERT INTO report (seq, reporter, author, report) VALUES (?, ?, ?, ?)",
      report.seq,
      report.reporter.id,
      report.author.id,
      JSON.stringify(report),
    );
  }

  /** Forgets what a user reported, and what of the user's was. */
  erase(userId: number): void {
    this.#sql.exec("DELETE FROM report WHERE reporter = ? OR author = ?", userId, userId);
  }
}
