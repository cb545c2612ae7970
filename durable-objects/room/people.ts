import type { Person } from "../../contracts/event.ts";
import { foldName } from "../../contracts/names.ts";

/** Names of everybody who ever acted in the room, so that the log can be read without asking anybody. */
export class People {
  readonly #sql: SqlStorage;
  readonly #names = new Map<number, string>();
  /** Whether every row has its key: those from before there were keys have none. */
  #keyed = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Remembers a person; writes only what is new. Who was erased has no name to remember. */
  remember({ id, name }: Person): void {
    if (name === "" || this.nameOf(id) === name) return;
    this.#sql.exec(
      "INSERT INTO person (user_id, name, name_key) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, name_key = excluded.name_key",
      id,
      name,
      foldName(name),
    );
    this.#names.set(id, name);
  }

  /** The name of somebody who acted here, or null. */
  nameOf(id: number): string | null {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const [row] = this.#sql.exec<{ name: string }>("SELECT name FROM person WHERE user_id = ?", id);
    if (row !== undefined) this.#names.set(id, row.name);
    return row?.name ?? null;
  }

  /** The person of an id; one that was erased has no name. */
  personOf(id: number): Person {
    return { id, name: this.nameOf(id) ?? "" };
  }

  /**
   * The users of these keys of names, as far as they are known here. Ids are handed out in order, so the highest of a
   * name is the one that has it now; ids below 0 came with an import and are nobody's.
   */
  idsOf(keys: readonly string[]): Map<string, number> {
    if (keys.length === 0) return new Map();
    this.#keyAll();
    const rows = this.#sql.exec<{ name_key: string; user_id: number }>(
      `SELECT name_key, MAX(user_id) AS user_id FROM person
       WHERE name_key IN (SELECT value FROM json_each(?)) AND user_id > 0 GROUP BY name_key`,
      JSON.stringify(keys),
    );
    return new Map(rows.toArray().map(({ name_key, user_id }) => [name_key, user_id]));
  }

  /** Forgets a name for ever. Call it in the transaction of an erasure. */
  erase(id: number): void {
    this.#sql.exec("DELETE FROM person WHERE user_id = ?", id);
    this.#names.delete(id);
  }

  /** Drops what memory believes after a transaction was rolled back. */
  forget(): void {
    this.#names.clear();
    this.#keyed = false;
  }

  #keyAll(): void {
    if (this.#keyed) return;
    this.#keyed = true;
    const rows = this.#sql.exec<{ user_id: number; name: string }>(
      "SELECT user_id, name FROM person WHERE name_key IS NULL",
    );
    for (const { user_id, name } of rows.toArray()) {
      this.#sql.exec("UPDATE person SET name_key = ? WHERE user_id = ?", foldName(name), user_id);
    }
  }
}
