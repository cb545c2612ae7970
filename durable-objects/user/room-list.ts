import { limits } from "../../contracts/limits.ts";

/** A room of the inbox. `stamp` is that of the news that put it there. */
export type ListedRow = { readonly room: string; readonly muted: boolean; readonly stamp: number };

type Row = { readonly name: string; readonly muted: number; readonly stamp: number };

/** The rooms of a user's inbox, as the rooms told it, and every other in which the user ever acted. */
export class RoomList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes news of a room, unless newer ones came before or the list is full. Whether it did. [IN2] */
  learn(room: string, isIn: boolean, stamp: number): boolean {
    if (isIn && !this.fits(room)) {
      // The room knows the name by now: exports and erasure have to find it all the same.
      this.act(room);
      return false;
    }
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO room (name, is_in, stamp) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET is_in = excluded.is_in, stamp = excluded.stamp, muted = muted * excluded.is_in
         WHERE stamp < excluded.stamp`,
      room,
      isIn ? 1 : 0,
      stamp,
    );
    return rowsWritten > 0;
  }

  /** Whether a room is in the inbox already, or there is place for one more. */
  fits(room: string): boolean {
    if (this.find(room) !== null) return true;
    const { size } = this.#sql.exec<{ size: number }>("SELECT COUNT(*) AS size FROM room WHERE is_in = 1").one();
    return size < limits.ROOMS_PER_USER_MAX;
  }

  /** A room that is in the inbox, or null. */
  find(room: string): ListedRow | null {
    const [row] = this.#sql.exec<Row>("SELECT name, muted, stamp FROM room WHERE name = ? AND is_in = 1", room);
    return row === undefined ? null : toListed(row);
  }

  /** Rooms of the inbox after a name, ordered by name. */
  after(name: string, limit: number): readonly ListedRow[] {
    return this.#sql
      .exec<Row>("SELECT name, muted, stamp FROM room WHERE name > ? AND is_in = 1 ORDER BY name LIMIT ?", name, limit)
      .toArray()
      .map(toListed);
  }

  /** Every room that may hold something of the user: that is or was in the inbox, or that was acted in. */
  all(): readonly string[] {
    return this.#sql
      .exec<{ name: string }>("SELECT name FROM room UNION SELECT name FROM acted ORDER BY name")
      .toArray()
      .map(({ name }) => name);
  }

  /** Mutes a room or takes that back. False when it is not in the inbox. */
  mute(room: string, muted: boolean): boolean {
    const { rowsWritten } = this.#sql.exec(
      "UPDATE room SET muted = ? WHERE name = ? AND is_in = 1",
      muted ? 1 : 0,
      room,
    );
    return rowsWritten > 0;
  }

  /** Takes a room out that said it is not the user's, unless newer news came since. Whether it did. */
  drop({ room, stamp }: ListedRow): boolean {
    const { rowsWritten } = this.#sql.exec(
      "UPDATE room SET is_in = 0, muted = 0 WHERE name = ? AND stamp = ? AND is_in = 1",
      room,
      stamp,
    );
    return rowsWritten > 0;
  }

  /** Remembers that a room may hold something of the user. */
  act(room: string): void {
    this.#sql.exec("INSERT OR IGNORE INTO acted (name) VALUES (?)", room);
  }
}

function toListed({ name, muted, stamp }: Row): ListedRow {
  return { room: name, muted: muted === 1, stamp };
}
