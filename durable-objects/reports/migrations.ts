import type { Migration } from "../lib/migrate.ts";

/** The schema of the list of reports: `no` is the order in which they came. */
export const migrations: readonly Migration[] = [
  {
    // `erased` are users whose name and words are not taken in any more: a report of theirs may still be under way.
    id: "0001-reports",
    sql: `
      CREATE TABLE report (
        no INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        room TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        reporter INTEGER NOT NULL,
        reporter_name TEXT NOT NULL,
        author INTEGER NOT NULL,
        author_name TEXT NOT NULL,
        body TEXT NOT NULL,
        reason TEXT NOT NULL,
        state TEXT NOT NULL,
        resolution TEXT NOT NULL
      );
      CREATE INDEX report_state ON report (state, no);
      CREATE INDEX report_room ON report (room, no);
      CREATE TABLE erased (user_id INTEGER PRIMARY KEY);
    `,
  },
];
