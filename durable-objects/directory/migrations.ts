import type { Migration } from "../lib/migrate.ts";

/** The directory's schema. AUTOINCREMENT: an id is never handed out twice. [AC3] */
export const migrations: readonly Migration[] = [
  { id: "name", sql: "CREATE TABLE name (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE)" },
  {
    id: "entrusted",
    sql: "CREATE TABLE entrusted (id INTEGER PRIMARY KEY, name TEXT NOT NULL, scheme TEXT NOT NULL, phc TEXT NOT NULL)",
  },
];
