import type { RoomVisibility } from "../../contracts/services.ts";

/** What a room knows of itself. Numbered rooms and direct conversations exist without being created. */
export class RoomMeta {
  readonly #sql: SqlStorage;
  /** Random at creation; a client that comes with another one starts over. */
  readonly epoch: string;
  #visibility: RoomVisibility | null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.epoch = this.#read("epoch") ?? this.#write("epoch", crypto.randomUUID().replaceAll("-", "").slice(0, 16));
    this.#visibility = this.#read("visibility") as RoomVisibility | null;
  }

  /** Null until a named room is created. */
  get visibility(): RoomVisibility | null {
    return this.#visibility;
  }

  create(visibility: RoomVisibility): void {
    this.#write("visibility", visibility);
    this.#visibility = visibility;
  }

  #read(key: string): string | null {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = ?", key);
    return row?.value ?? null;
  }

  #write(key: string, value: string): string {
    this.#sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value);
    return value;
  }
}
