import { defaultSettings } from "../../contracts/permissions.ts";
import type { ProfilePatch, RoomProfile, RoomVisibility } from "../../contracts/rooms.ts";

/** What a room is like whose owner said nothing. */
const blank: Omit<RoomProfile, "visibility"> = {
  ...defaultSettings,
  title: "",
  topic: "",
  archived: false,
  slowModeSeconds: 0,
  newcomersSeeHistory: true,
  retention: { maxAgeSeconds: null, maxMessages: null },
};

/** What a room knows of itself. Numbered rooms and direct conversations exist without being created. */
export class RoomMeta {
  readonly #sql: SqlStorage;
  /** Random at creation; a client that comes with another one starts over. */
  readonly epoch: string;
  #visibility: RoomVisibility | null = null;
  #rest: Omit<RoomProfile, "visibility"> = blank;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.epoch = this.read("epoch") ?? this.write("epoch", crypto.randomUUID().replaceAll("-", "").slice(0, 16));
    this.forget();
  }

  /** Believes the storage again after a transaction was rolled back. */
  forget(): void {
    this.#visibility = this.read("visibility") as RoomVisibility | null;
    this.#rest = { ...blank, ...(JSON.parse(this.read("profile") ?? "{}") as ProfilePatch) };
  }

  /** Null until a named room is created. */
  get visibility(): RoomVisibility | null {
    return this.#visibility;
  }

  /** Everything that an owner says of a room, but for its visibility. */
  get profile(): Omit<RoomProfile, "visibility"> {
    return this.#rest;
  }

  /** Takes over what changes; a named room begins to exist with its visibility. In a transaction, or `forget` it. */
  patch({ visibility, ...rest }: ProfilePatch): void {
    if (visibility !== undefined) this.#visibility = this.write("visibility", visibility) as RoomVisibility;
    this.#rest = { ...this.#rest, ...rest };
    this.write("profile", JSON.stringify(this.#rest));
  }

  /** One of the room's own values, or null. */
  read(key: string): string | null {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = ?", key);
    return row?.value ?? null;
  }

  write(key: string, value: string): string {
    this.#sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value);
    return value;
  }

  remove(key: string): void {
    this.#sql.exec("DELETE FROM meta WHERE key = ?", key);
  }
}
