import { foldName } from "../../contracts/names.ts";
import type { ListedRoom, LobbyPage, LobbyQuery } from "../../contracts/rooms.ts";

/** Stamps are times: no news is on its way for as long as this. */
const GONE_MS_MAX = 86_400_000;

type Row = { name: string; title: string; topic: string; members: number };

/** The listed rooms as rows. News of a room with a lower stamp than the last changes nothing. [RO12] */
export class RoomList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  list({ room, title, topic, members }: ListedRoom, stamp: number): void {
    this.#put(room, stamp, title, topic, members, searchText(room, title, topic));
  }

  unlist(room: string, stamp: number): void {
    this.#put(room, stamp, null, null, null, null);
    this.#sql.exec("DELETE FROM room WHERE search IS NULL AND stamp < ?", stamp - GONE_MS_MAX);
  }

  /** Rooms in the order of their names, which contain the text in name, title or topic, whatever its case. */
  search({ text, after, limit }: LobbyQuery): LobbyPage {
    const rows = this.#sql
      .exec<Row>(
        `SELECT name, title, topic, members FROM room WHERE name > ? AND search IS NOT NULL AND instr(search, ?) > 0
         ORDER BY name LIMIT ?`,
        after,
        foldName(text),
        limit + 1,
      )
      .toArray();
    const rooms = rows.slice(0, limit).map(({ name, ...rest }): ListedRoom => ({ room: name, ...rest }));
    return { rooms, more: rows.length > limit };
  }

  #put(room: string, stamp: number, ...columns: readonly (string | number | null)[]): void {
    this.#sql.exec(
      `INSERT INTO room (name, stamp, title, topic, members, search) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET stamp = excluded.stamp, title = excluded.title, topic = excluded.topic,
         members = excluded.members, search = excluded.search WHERE stamp < excluded.stamp`,
      room,
      stamp,
      ...columns,
    );
  }
}

/** Lines that no search reaches across: what is looked for has none. */
function searchText(...parts: readonly string[]): string {
  return foldName(parts.join("\n"));
}
