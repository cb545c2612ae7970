import { jobsMigration } from "../lib/jobs.ts";
import type { Migration } from "../lib/migrate.ts";
import { outboxMigration } from "../lib/outbox.ts";

/** The schema of a room. `version` and `message_no` exist from the first step: edits and read marks need no rewrite. */
export const migrations: readonly Migration[] = [
  {
    id: "0001-log",
    sql: `
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE event (
        seq INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        target INTEGER,
        actor INTEGER NOT NULL,
        at INTEGER NOT NULL,
        message_no INTEGER NOT NULL,
        body TEXT
      );
      CREATE TABLE version (
        seq INTEGER NOT NULL,
        version INTEGER NOT NULL,
        actor INTEGER NOT NULL,
        at INTEGER NOT NULL,
        body TEXT,
        PRIMARY KEY (seq, version)
      ) WITHOUT ROWID;
      CREATE TABLE sent (
        sender INTEGER NOT NULL,
        client_id TEXT NOT NULL,
        hash INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (sender, client_id)
      ) WITHOUT ROWID;
      CREATE TABLE person (user_id INTEGER PRIMARY KEY, name TEXT NOT NULL);
      CREATE TABLE session (
        id TEXT PRIMARY KEY,
        user_id INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        dead INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE member (user_id INTEGER PRIMARY KEY, role TEXT NOT NULL, since INTEGER NOT NULL);
      CREATE TABLE carrier (name TEXT PRIMARY KEY) WITHOUT ROWID;
      CREATE TABLE read_mark (user_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, message_no INTEGER NOT NULL);
    `,
  },
  { id: "0002-stamp", sql: "ALTER TABLE event ADD COLUMN stamp TEXT" },
  {
    // The position in the order of joining. The index finds the last one and hands people out in order.
    id: "0003-entered",
    sql: `
      ALTER TABLE member ADD COLUMN entered INTEGER;
      CREATE INDEX member_entered ON member (entered) WHERE entered IS NOT NULL;
    `,
  },
  // Whoever enters is looked up by name: an older id of it belongs to nobody any more. [RM4]
  { id: "0004-namesakes", sql: "CREATE INDEX person_name ON person (name)" },
  {
    // On a message: the seq of its newest edit, and its reactions counted, so that a page costs no look-up for each
    // message. On a reaction: what changed. Who reacted is a row of its own.
    id: "0005-changes",
    sql: `
      ALTER TABLE event ADD COLUMN edit_seq INTEGER;
      ALTER TABLE event ADD COLUMN reactions TEXT;
      CREATE TABLE reaction (
        seq INTEGER NOT NULL,
        emoji TEXT NOT NULL,
        user_id INTEGER NOT NULL,
        PRIMARY KEY (seq, emoji, user_id)
      ) WITHOUT ROWID;
    `,
  },
  jobsMigration,
  outboxMigration,
  {
    // What rooms that people run need. On the log: `thread` is the first message of a thread, on its answers; `subject`
    // is the user whom a membership or a purge is about; `details` is what else an event says, as JSON. The first index lives
    // as long as the step: without it the threads of an old room would be looked for in quadratic time.
    id: "0006-people-run-it",
    sql: `
      ALTER TABLE event ADD COLUMN thread INTEGER;
      ALTER TABLE event ADD COLUMN mentions TEXT;
      ALTER TABLE event ADD COLUMN subject INTEGER;
      ALTER TABLE event ADD COLUMN details TEXT;
      CREATE INDEX answer_target ON event (target) WHERE kind = 'message';
      WITH RECURSIVE answer (seq, thread) AS (
        SELECT event.seq, event.target FROM event JOIN event AS root ON root.seq = event.target
          WHERE event.kind = 'message' AND root.target IS NULL
        UNION ALL
        SELECT event.seq, answer.thread FROM event JOIN answer ON event.target = answer.seq
          WHERE event.kind = 'message'
      )
      UPDATE event SET thread = answer.thread FROM answer WHERE answer.seq = event.seq;
      DROP INDEX answer_target;
      CREATE INDEX event_thread ON event (thread, seq) WHERE thread IS NOT NULL;
      CREATE TABLE mention (
        user_id INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        actor INTEGER NOT NULL,
        PRIMARY KEY (user_id, seq)
      ) WITHOUT ROWID;
      CREATE INDEX mention_seq ON mention (seq);
      CREATE TABLE pin (seq INTEGER PRIMARY KEY, actor INTEGER NOT NULL, at INTEGER NOT NULL);
      ALTER TABLE read_mark ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE person ADD COLUMN name_key TEXT;
      CREATE INDEX person_key ON person (name_key);
      ALTER TABLE member ADD COLUMN history_from INTEGER NOT NULL DEFAULT 1;
      CREATE TABLE invitation (
        id TEXT PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,
        created_by INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        uses_left INTEGER
      ) WITHOUT ROWID;
      CREATE TABLE mute (
        user_id INTEGER PRIMARY KEY, actor INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL, reason TEXT NOT NULL
      );
      CREATE TABLE ban (user_id INTEGER PRIMARY KEY, actor INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL);
      CREATE TABLE moderation (
        no INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        actor INTEGER NOT NULL,
        action TEXT NOT NULL,
        subject INTEGER,
        seq INTEGER,
        reason TEXT NOT NULL
      );
      CREATE TABLE report (
        seq INTEGER NOT NULL,
        reporter INTEGER NOT NULL,
        author INTEGER NOT NULL,
        report TEXT NOT NULL,
        PRIMARY KEY (seq, reporter)
      ) WITHOUT ROWID;
      CREATE TABLE watcher (user_id INTEGER PRIMARY KEY);
      CREATE TABLE news (user_id INTEGER NOT NULL, type TEXT NOT NULL, stamp INTEGER NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (user_id, type)) WITHOUT ROWID;
    `,
  },
  {
    // Members from before there were inboxes: a letter each, due since 1970. Conversations of two see to it themselves.
    id: "0007-inboxes",
    sql: `INSERT INTO outbox (target, body, due_at)
            SELECT 'user:' || user_id, json_object('type', 'membership', 'userId', user_id, 'isIn', json('true')), 1
              FROM member`,
  },
];
