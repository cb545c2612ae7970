import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import type { Namespace, RoomStub } from "../../contracts/objects.ts";
import type { Glance, InboxEntry } from "../../contracts/rooms.ts";
import { inTime } from "../lib/in-time.ts";
import { Slots } from "../lib/slots.ts";
import type { ListedRow, RoomList } from "./room-list.ts";

/** The rooms of an inbox, and what is asked of them. */
export type Rooms = Namespace<Pick<RoomStub, "glance" | "watch">>;

type Parts = {
  readonly rooms: Rooms;
  readonly list: RoomList;
  readonly userId: () => number;
  readonly blocked: () => readonly number[];
  /** A room that should say when it changes could not be asked to. */
  readonly unwatched: (room: string) => void;
};

// A page of PAGE_MAX rooms of which none answers stays within SERVICE_WAIT_MS_MAX.
const GLANCE_MS_MAX = 1_500;

/** Asks rooms how they look to a user. */
export class RoomViews {
  readonly #parts: Parts;
  readonly #slots = new Slots(limits.INBOX_WIDTH);

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How rooms look now, those that are the user's. */
  async all(rows: readonly ListedRow[], watch: boolean): Promise<readonly InboxEntry[]> {
    const entries = await Promise.all(rows.map((row) => this.of(row, watch)));
    return entries.filter((entry) => entry !== null);
  }

  /**
   * How a room of the inbox looks now; null when it says that it is not the user's, and then it is in the inbox no more.
   * A room that does not answer in time is `unavailable`. `watch`: it is asked to say when it changes. [IN4]
   */
  async of(row: ListedRow, watch: boolean): Promise<InboxEntry | null> {
    const { room, muted } = row;
    try {
      const glance = await this.#slots.run(() => inTime(this.#ask(room, watch), GLANCE_MS_MAX));
      return this.#toEntry(row, glance);
    } catch (error) {
      log("warn", "a room did not show itself to an inbox", { room, error: describeError(error) });
      if (watch) this.#parts.unwatched(room);
      return { room, muted, unavailable: true };
    }
  }

  async #ask(room: string, watch: boolean): Promise<Glance | null> {
    const { rooms, userId, blocked } = this.#parts;
    const stub = rooms.getByName(room);
    // Calls of one stub arrive in their order: what changes after the glance is told.
    const watching = watch ? stub.watch(userId()) : null;
    const [glance] = await Promise.all([stub.glance(userId(), blocked()), watching]);
    return glance;
  }

  #toEntry(row: ListedRow, glance: Glance | null): InboxEntry | null {
    if (glance === null && this.#parts.list.drop(row)) return null;
    const now = this.#parts.list.find(row.room);
    if (now === null) return null;
    // Said no, and listed anew since: the news of that brings the rest.
    return { muted: now.muted, ...(glance ?? { room: row.room, unavailable: true }) };
  }
}
