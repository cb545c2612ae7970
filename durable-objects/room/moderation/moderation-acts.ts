import type { Person } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { Moderated, ModerationAct } from "../../../contracts/rooms.ts";
import type { MemberChanges } from "../member-changes.ts";
import type { RoomContext } from "../room-context.ts";
import type { ModerationLog } from "./moderation-log.ts";
import type { MuteBook } from "./mute-book.ts";
import { countStanding, purgeMessages } from "./purge.ts";

/** What moderation works with. */
export type ModeratedRoom = RoomContext & { readonly memberChanges: Pick<MemberChanges, "remove"> };
type Books = { readonly log: ModerationLog; readonly mutes: MuteBook };
/** An act that is allowed: who does it to whom, and why. */
type Allowed = { readonly by: Person; readonly subject: Person; readonly reason: string };
type Removal = { readonly change: "removed" | "banned"; readonly write?: (() => void) | undefined };

const nothing: Moderated = { removed: 0, closed: 0 };
const CLOSE_REASON_BYTES_MAX = 123;

/** What moderators do, each act in one transaction with its note. Who may do it was asked before. */
export class ModerationActs {
  readonly #room: ModeratedRoom;
  readonly #books: Books;

  constructor(room: ModeratedRoom, books: Books) {
    this.#room = room;
    this.#books = books;
  }

  /** What is so already is done and noted once; a mute that is laid anew is another one. [MO7] */
  do(by: Person, subject: Person, act: ModerationAct): Reply<Moderated> {
    const allowed = { by, subject, reason: act.reason ?? "" };
    if (act.type === "mute") return this.#mute(allowed, act.untilMs);
    if (act.type === "unmute") return this.#lift(allowed, "unmute");
    if (act.type === "unban") return this.#lift(allowed, "unban");
    if (act.type === "kick") return this.#kick(allowed);
    return act.type === "ban" ? this.#ban(allowed) : this.#purge(allowed);
  }

  #mute(act: Allowed, untilMs: number): Reply<Moderated> {
    const nowMs = Date.now();
    const { id: userId } = act.subject;
    if (untilMs <= nowMs) return fail("badRequest", "a mute ends in the future");
    if (this.#books.mutes.untilMs(userId) <= nowMs && this.#full(nowMs)) return full();
    // The gateway's clock may be ahead of this one: the bound is kept, not refused.
    const latestMs = nowMs + limits.MUTE_SECONDS_MAX * 1000;
    this.#store(act, "mute", () => {
      const mute = { userId, by: act.by.id, untilMs: Math.min(untilMs, latestMs), reason: act.reason };
      this.#books.mutes.set(mute, nowMs);
    });
    return ok(nothing);
  }

  #lift(act: Allowed, type: "unmute" | "unban"): Reply<Moderated> {
    const { mutes } = this.#books;
    const { bans } = this.#room;
    const { id } = act.subject;
    const stands = type === "unmute" ? mutes.untilMs(id) > Date.now() : bans.isBanned(id);
    if (stands) this.#store(act, type, () => (type === "unmute" ? mutes.lift(id) : bans.lift(id)));
    return ok(nothing);
  }

  #kick(act: Allowed): Reply<Moderated> {
    const closed = this.#expel(act, "you were removed from this room");
    const isMember = this.#room.members.roleOf(act.subject.id) !== null;
    if (closed > 0 || isMember) this.#remove(act, "kick", { change: "removed" });
    return ok({ removed: 0, closed });
  }

  #ban(act: Allowed): Reply<Moderated> {
    const { bans } = this.#room;
    const { by, subject, reason } = act;
    if (bans.isBanned(subject.id)) return ok(nothing);
    const nowMs = Date.now();
    if (this.#full(nowMs)) return full();
    const closed = this.#expel(act, "you are banned from this room");
    const write = () => bans.add({ userId: subject.id, by: by.id, reason }, nowMs);
    this.#remove(act, "ban", { change: "banned", write });
    return ok({ removed: 0, closed });
  }

  #purge(act: Allowed): Reply<Moderated> {
    const { log, storage } = this.#room;
    const { by, subject } = act;
    const removed = countStanding(storage.sql, subject.id);
    if (removed === 0) return ok(nothing);
    this.#room.record(by, { kind: "purge", subject }, () => {
      this.#note(act, "purge");
      purgeMessages(storage.sql, subject.id);
      return log.naming(subject.id);
    });
    return ok({ removed, closed: 0 });
  }

  /** First, so that nothing of what follows reaches the user any more. A transaction that fails costs a reconnect. */
  #expel({ subject, reason }: Allowed, why: string): number {
    return this.#room.audience.expel(subject.id, cut(reason === "" ? why : `${why}: ${reason}`));
  }

  /** Takes a membership away, where there is one, with what else the act makes true. [MO5] [MO6] */
  #remove(act: Allowed, type: "kick" | "ban", { change, write }: Removal): void {
    const { by, subject, reason } = act;
    if (this.#room.members.roleOf(subject.id) === null) this.#store(act, type, write);
    else this.#room.memberChanges.remove({ by, subject, note: { action: type, reason } }, change, { write });
  }

  /** What leaves no trace on the log. */
  #store(act: Allowed, type: ModerationAct["type"], write: () => void = () => {}): void {
    const { storage, people, notices, gate } = this.#room;
    try {
      storage.transactionSync(() => {
        write();
        this.#note(act, type);
      });
    } catch (error) {
      people.forget();
      throw error;
    }
    notices.deliver();
    gate.forget();
  }

  /**
   * The room may never have heard of whom it is about: from now on it knows the name. The user object learns that it
   * does, so that an erasure comes here too. [RI10]
   */
  #note({ by, subject, reason }: Allowed, action: ModerationAct["type"]): void {
    const { people, notices } = this.#room;
    if (people.nameOf(subject.id) === null) notices.post({ type: "membership", userId: subject.id, isIn: false });
    people.remember(subject);
    this.#books.log.note({ by: by.id, action, subject: subject.id, reason }, Date.now());
  }

  #full(nowMs: number): boolean {
    return this.#books.mutes.size(nowMs) + this.#room.bans.size >= limits.RESTRICTIONS_PER_ROOM_MAX;
  }
}

function full(): Reply<never> {
  return fail("conflict", `a room has at most ${limits.RESTRICTIONS_PER_ROOM_MAX} mutes and bans: take some back`);
}

/** As much of a text as a close frame holds, without half of a character. */
function cut(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(CLOSE_REASON_BYTES_MAX));
  return text.slice(0, read);
}
