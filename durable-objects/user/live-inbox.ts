import { limits } from "../../contracts/limits.ts";
import { describeError, log } from "../../contracts/log.ts";
import { outsideTrace } from "../../contracts/trace-context.ts";
import type { InboxSockets } from "./inbox-sockets.ts";
import type { ListedRow, RoomList } from "./room-list.ts";
import type { RoomViews } from "./room-views.ts";

type Parts = {
  readonly list: RoomList;
  readonly views: RoomViews;
  readonly sockets: InboxSockets;
  readonly silent: () => boolean;
};

/** What open sockets of an inbox are told: every page once, then the rooms that are different. */
export class LiveInbox {
  readonly #parts: Parts;
  /** Rooms that are different from what the sockets know, in the order in which that became known. */
  readonly #stale = new Set<string>();
  readonly #showing = new Set<string>();
  /** Rooms that must be asked to watch when they are shown. */
  readonly #strange = new Set<string>();
  /** For each page on its way: rooms that became different since it was begun. */
  readonly #pages = new Set<Set<string>>();
  #lanes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sends every page to a socket that was opened just now, and asks the rooms to say when they change. [IN5] */
  open(socket: WebSocket): void {
    void outsideTrace(() => this.#sendPages(socket)).catch((error: unknown) => {
      log("error", "an inbox was not shown", { error: describeError(error) });
    });
  }

  /** Shows a room as it is by now: once, however often it is asked for until then. [IN6] */
  refresh(room: string, isNew = false): void {
    if (!this.#parts.sockets.isOpen) return;
    if (isNew) this.#strange.add(room);
    for (const page of this.#pages) page.add(room);
    this.#stale.add(room);
    if (this.#lanes < limits.INBOX_WIDTH) void outsideTrace(() => this.#lane());
  }

  /** Tells every socket whether it may disturb. [IN11] */
  tellSilence(): void {
    const { sockets, silent } = this.#parts;
    sockets.send({ type: "changed", rooms: [], silent: silent() });
  }

  async #sendPages(socket: WebSocket): Promise<void> {
    const { list, sockets, silent } = this.#parts;
    for (let after = "", more = true; more; ) {
      const rows = list.after(after, limits.PAGE_MAX + 1);
      more = rows.length > limits.PAGE_MAX;
      const page = rows.slice(0, limits.PAGE_MAX);
      after = page.at(-1)?.room ?? after;
      const { rooms, changed } = await this.#view(page);
      if (!sockets.sendTo(socket, { type: "inbox", rooms, more, silent: silent() })) return;
      // The page may say what was true before them: they are shown again.
      for (const room of changed) this.refresh(room);
    }
  }

  async #view(page: readonly ListedRow[]) {
    const changed = new Set<string>();
    this.#pages.add(changed);
    try {
      return { rooms: await this.#parts.views.all(page, true), changed };
    } finally {
      this.#pages.delete(changed);
    }
  }

  async #lane(): Promise<void> {
    this.#lanes++;
    try {
      for (let room = this.#next(); room !== undefined; room = this.#next()) await this.#show(room);
    } catch (error) {
      log("error", "a room of an inbox was not shown", { error: describeError(error) });
    } finally {
      this.#lanes--;
    }
  }

  /** A room that nobody shows at this moment: two at once could be told in the wrong order. */
  #next(): string | undefined {
    for (const room of this.#stale) {
      if (this.#showing.has(room)) continue;
      this.#stale.delete(room);
      return room;
    }
    return undefined;
  }

  async #show(room: string): Promise<void> {
    const { list, views, sockets, silent } = this.#parts;
    this.#showing.add(room);
    try {
      const row = list.find(room);
      const entry = row === null ? null : await views.of(row, this.#strange.delete(room));
      sockets.send(entry === null ? { type: "gone", room } : { type: "changed", rooms: [entry], silent: silent() });
    } finally {
      this.#showing.delete(room);
    }
  }
}
