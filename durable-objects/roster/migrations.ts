import { jobsMigration } from "../lib/jobs.ts";
import type { Migration } from "../lib/migrate.ts";

/** A shard's schema. A row whose session ended stays until it expires, so that a late `began` finds it. [SE11] */
export const migrations: readonly Migration[] = [
  jobsMigration,
  {
    id: "session",
    sql: `CREATE TABLE session (user_id INTEGER NOT NULL, id TEXT NOT NULL, user_name TEXT NOT NULL,
            created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, ended INTEGER NOT NULL,
            PRIMARY KEY (user_id, id)) WITHOUT ROWID;
          CREATE INDEX session_newest ON session (created_at) WHERE ended = 0;
          CREATE INDEX session_expiry ON session (expires_at)`,
  },
];
