import type { Person } from "../../contracts/event.ts";

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
    this.#sql.exec("INSERT OR REPLACE INTO person (user_id, name) VALUES (?, ?)", id, name);
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

  /** Drops what memory believes after a transaction was rolled back. */
  forget(): void {
    this.#names.clear();
  }
}
