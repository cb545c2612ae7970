import { jobsMigration } from "../lib/jobs.ts";
import type { Migration } from "../lib/migrate.ts";

/** The schema of one client address: a bucket a name, and one under the empty key for the address itself. */
export const migrations: readonly Migration[] = [
  jobsMigration,
  {
    id: "bucket",
    sql: "CREATE TABLE bucket (key TEXT PRIMARY KEY, spent REAL NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID",
  },
];
