import type { Identity } from "../../contracts/identity.ts";
import { limits } from "../../contracts/limits.ts";
import { log } from "../../contracts/log.ts";
import { fail, ok, type Reply } from "../../contracts/reply.ts";
import type { InboxEntry, InboxPage, InboxQuery } from "../../contracts/rooms.ts";
import type { Preferences } from "../../contracts/services.ts";
import type { Jobs } from "../lib/jobs.ts";
import { BlockStore } from "./block-store.ts";
import { InboxSockets } from "./inbox-sockets.ts";
import { LiveInbox } from "./live-inbox.ts";
import type { Mail } from "./mail.ts";
import { PreferenceStore } from "./preference-store.ts";
import { RoomList } from "./room-list.ts";
import { type Rooms, RoomViews } from "./room-views.ts";

type Parts = {
  readonly ctx: DurableObjectState;
  readonly rooms: Rooms;
  readonly mail: Mail;
  readonly jobs: Jobs;
  /** Of the account: nothing here is asked without one. */
  readonly userId: () => number;
};

/** The job that closes the sockets of expired sessions. */
export const EXPIRE_JOB = "inbox";

/** A user's inbox: which rooms, how they look, who is told of what changes in them. Ask only with an account. */
export class Inbox {
  readonly sockets: InboxSockets;
  readonly list: RoomList;
  readonly #parts: Parts;
  readonly #preferences: PreferenceStore;
  readonly #views: RoomViews;
  readonly #live: LiveInbox;
  /** Rooms that have a letter on its way which asks them to watch. */
  readonly #asked = new Set<string>();

  constructor(parts: Parts) {
    const { ctx, rooms, userId } = parts;
    const { sql } = ctx.storage;
    this.#parts = parts;
    this.sockets = new InboxSockets(ctx);
    this.list = new RoomList(sql);
    this.#preferences = new PreferenceStore(sql);
    const blocks = new BlockStore(sql);
    this.#views = new RoomViews({
      rooms,
      list: this.list,
      userId,
      blocked: () => blocks.all(),
      unwatched: (room) => this.#askLater(room),
    });
    this.#live = new LiveInbox({
      list: this.list,
      views: this.#views,
      sockets: this.sockets,
      silent: () => (this.preferences.doNotDisturbUntilMs ?? 0) > Date.now(),
    });
  }

  /** A page of rooms as they look now; it is empty only when there are no more. [IN3] */
  async page({ after, limit }: InboxQuery): Promise<InboxPage> {
    for (let from = after; ; ) {
      const rows = this.list.after(from, limit + 1);
      const page = rows.slice(0, limit);
      const rooms = await this.#views.all(page, false);
      const more = rows.length > limit;
      if (rooms.length > 0 || !more) return { rooms, more, ...total(rooms) };
      from = page.at(-1)?.room ?? from;
    }
  }

  /** Opens a socket of a live session. [IN5] */
  async open(request: Request, identity: Identity): Promise<Reply<Response>> {
    const accepted = this.sockets.accept(request, identity);
    if (!accepted.ok) return accepted;
    this.#live.open(accepted.value.socket);
    await this.#parts.jobs.schedule(EXPIRE_JOB, identity.expiresAtMs);
    return ok(accepted.value.response);
  }

  /** From a room: something is different there. False when it need not be said again. [IN6] */
  changed(room: string): boolean {
    if (!this.sockets.isOpen || this.list.find(room) === null) return false;
    this.#live.refresh(room);
    return true;
  }

  /** From a room: whether it is the user's. [IN2] */
  learn(room: string, isIn: boolean, stamp: number): void {
    if (this.list.learn(room, isIn, stamp)) this.#live.refresh(room, isIn);
    else if (isIn && !this.list.fits(room)) log("warn", "an inbox is full", { userId: this.#parts.userId() });
  }

  /** Mutes a room of the inbox, or takes that back. [IN7] */
  mute(room: string, muted: boolean): Reply<null> {
    if (!this.list.mute(room, muted)) return fail("notFound", "this room is not in your inbox: join it first");
    this.#live.refresh(room);
    return ok(null);
  }

  get preferences(): Preferences {
    return this.#preferences.read();
  }

  /** Changes what the user wants. Rooms that hold marks of the user learn whether they may show them. [IN10] */
  async setPreferences(patch: Partial<Preferences>): Promise<Preferences> {
    const { ctx, mail, userId } = this.#parts;
    const before = this.preferences;
    const now = { ...before, ...patch };
    const news = { type: "learn", userId: userId(), news: { type: "marks", shares: now.sharesMarks } } as const;
    const letters = ctx.storage.transactionSync(() => {
      this.#preferences.write(now);
      if (now.sharesMarks === before.sharesMarks) return [];
      // Overtaken: a room that is away learns the last word alone.
      ctx.storage.sql.exec("DELETE FROM outbox WHERE json_extract(body, '$.news.type') = 'marks'");
      return this.list.all().map((room) => mail.post(`room:${room}`, news, Date.now()));
    });
    if (now.doNotDisturbUntilMs !== before.doNotDisturbUntilMs) this.#live.tellSilence();
    await mail.deliver(letters, limits.REVOKE_WAIT_MS_MAX);
    return now;
  }

  /** A room was reached that could not be asked to watch before. */
  watched(room: string): void {
    this.#asked.delete(room);
    this.#live.refresh(room);
  }

  #askLater(room: string): void {
    if (this.#asked.has(room)) return;
    this.#asked.add(room);
    const { mail, userId } = this.#parts;
    mail.post(`room:${room}`, { type: "watch", userId: userId() }, Date.now());
    mail.flush();
  }
}

function total(rooms: readonly InboxEntry[]): Pick<InboxPage, "unread" | "mentions"> {
  let unread = 0;
  let mentions = 0;
  for (const room of rooms) {
    if ("unavailable" in room) continue;
    if (!room.muted) unread += room.unread;
    mentions += room.mentions;
  }
  return { unread, mentions };
}
