import type { Migration } from "../lib/migrate.ts";

/** The schema of the lobby. A room that is listed no more keeps its stamp for a while, against news that comes late. */
export const migrations: readonly Migration[] = [
  {
    id: "0001-rooms",
    sql: `
      CREATE TABLE room (
        name TEXT PRIMARY KEY,
        stamp INTEGER NOT NULL,
        title TEXT,
        topic TEXT,
        members INTEGER,
        search TEXT
      ) WITHOUT ROWID;
      CREATE INDEX room_gone ON room (stamp) WHERE search IS NULL;
    `,
  },
];
