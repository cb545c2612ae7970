import type { Person } from "../../contracts/event.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { Attendance } from "./attendance.ts";
import type { RedisLink } from "./link.ts";
import { SeatKeys } from "./seat-keys.ts";
import { Seats } from "./seats.ts";

/** How soon a change that Redis did not take is written again. */
const RETRY_MS = 1_000;
/** gochat_<userId> lives for a day; it is written again well before. */
const REFRESH_MS = 6 * 3_600_000;

/** Keeps gochat's keys true for the connections of one replica. */
export class SeatBook implements Attendance {
  readonly #replica: string;
  readonly #link: () => RedisLink;
  readonly #keys: SeatKeys;
  readonly #seats = new Seats();
  readonly #changed = new Set<string>();
  readonly #refresh: NodeJS.Timeout;
  #isWriting = false;
  #isSyncing = false;
  #isClosed = false;

  constructor(replica: string, link: () => RedisLink) {
    this.#replica = replica;
    this.#link = link;
    this.#keys = new SeatKeys(link);
    this.#refresh = setInterval(() => this.#change(this.#seats.fields), REFRESH_MS);
    this.#refresh.unref();
  }

  came(connection: string, room: string, person: Person): void {
    this.#change(this.#seats.come(connection, room, person));
  }

  went(connection: string): void {
    this.#change(this.#seats.go(connection));
  }

  /** Writes everything anew, and takes out what an absence of Redis, or a former life, left behind. [RK4] */
  async resync(): Promise<void> {
    this.#isSyncing = true;
    this.#changed.clear();
    const fields = new Set([...(await this.#keys.read(this.#replica)), ...this.#seats.fields]);
    await this.#write([...fields]);
    // What changed meanwhile follows when the link is up, which it is before the next turn.
    setImmediate(() => {
      this.#isSyncing = false;
      this.#change([]);
    });
  }

  /** Takes out everything of this replica and writes nothing more. Rejects when Redis fails. [RK6] */
  async close(): Promise<void> {
    clearInterval(this.#refresh);
    this.#isClosed = true;
    await this.#keys.clear(this.#replica, "alive");
  }

  /** What happens while Redis is away needs no note: the resync reads it from the seats. */
  #change(fields: readonly string[]): void {
    if (this.#isClosed || (!this.#link().isUp && !this.#isSyncing)) return;
    for (const field of fields) this.#changed.add(field);
    if (this.#isWriting || this.#changed.size === 0) return;
    this.#isWriting = true;
    setImmediate(() => void this.#flush());
  }

  async #flush(): Promise<void> {
    let fields: string[] = [];
    try {
      while (this.#changed.size > 0 && this.#link().isUp && !this.#isClosed) {
        fields = [...this.#changed];
        this.#changed.clear();
        await this.#write(fields);
      }
    } catch (error) {
      log("warn", "attendance.late", { changes: fields.length, reason: describeError(error) });
      setTimeout(() => this.#change(fields), RETRY_MS).unref();
    } finally {
      this.#isWriting = false;
    }
  }

  #write(fields: readonly string[]): Promise<void> {
    return this.#keys.write(
      this.#replica,
      fields.map((field) => this.#seats.whereabouts(field)),
    );
  }
}
