import { jobsMigration } from "../lib/jobs.ts";
import type { Migration } from "../lib/migrate.ts";
import { outboxMigration } from "../lib/outbox.ts";

/** A user's schema. It comes into being with the account: asking for a user that does not exist writes nothing. */
export const migrations: readonly Migration[] = [
  jobsMigration,
  outboxMigration,
  {
    id: "account",
    sql: `CREATE TABLE account (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL, name TEXT NOT NULL,
            scheme TEXT NOT NULL, phc TEXT NOT NULL, admin INTEGER NOT NULL DEFAULT 0)`,
  },
  {
    id: "session",
    sql: `CREATE TABLE session (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
            label TEXT NOT NULL) WITHOUT ROWID;
          CREATE TABLE attachment (session_id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (session_id, kind, name)) WITHOUT ROWID`,
  },
  // A row says that the account was here and was removed, for ever: the id is nobody else's. [AC18]
  { id: "removed", sql: "CREATE TABLE removed (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)" },
  {
    // Sessions from before there was a list of live ones: a letter each to the shard of that time, due since 1970 (an alarm
    // at 0 is refused). [SE10]
    id: "listed",
    sql: `INSERT INTO outbox (target, body, due_at)
            SELECT 'roster:' || (account.id % 16), json_object('type', 'began', 'userId', account.id, 'userName', name,
              'session', json_object('id', session.id, 'createdAtMs', created_at, 'expiresAtMs', expires_at,
                'label', label)), 1
              FROM account, session`,
  },
  {
    // `room` is the inbox; `acted` every room where a session of the user ever was admitted, for exports and erasure.
    id: "inbox",
    sql: `CREATE TABLE room (name TEXT PRIMARY KEY, is_in INTEGER NOT NULL, stamp INTEGER NOT NULL,
            muted INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
          CREATE TABLE acted (name TEXT PRIMARY KEY) WITHOUT ROWID;
          INSERT INTO acted SELECT DISTINCT name FROM attachment WHERE kind = 'room';
          CREATE TABLE block (user_id INTEGER PRIMARY KEY);
          CREATE TABLE erased (user_id INTEGER PRIMARY KEY);
          CREATE TABLE preference (one INTEGER PRIMARY KEY CHECK (one = 1), shares_marks INTEGER NOT NULL,
            do_not_disturb_until INTEGER);
          CREATE TABLE suspended (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL)`,
  },
];
