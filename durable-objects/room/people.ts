import type { Person } from "../../contracts/event.ts";
import { foldName } from "../../contracts/names.ts";

/** Names of everybody who ever acted in the room, so that the log can be read without asking anybody. */
export class People {
  readonly #sql: SqlStorage;
  readonly #names = new Map<number, string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Remembers a person; writes only what is new. */
  remember({ id, name }: Person): void {
    if (this.nameOf(id) === name) return;
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

  /** Forgets a name for ever. Call it in the transaction of an erasure. */
  erase(id: number): void {
    this.#sql.exec("DELETE FROM person WHERE user_id = ?", id);
    this.#names.delete(id);
  }

  /** Drops what memory believes after a transaction was rolled back. */
  forget(): void {
    this.#names.clear();
  }
}
