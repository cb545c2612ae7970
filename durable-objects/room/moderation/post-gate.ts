import { directPair } from "../../../contracts/names.ts";
import { isAllowed, type Standing } from "../../../contracts/permissions.ts";
import { fail, type Refusal } from "../../../contracts/reply.ts";
import type { Change } from "../../../contracts/services.ts";
import type { Wish } from "../log-writer.ts";
import type { RoomContext } from "../room-context.ts";
import { MuteBook } from "./mute-book.ts";
import { SlowMode } from "./slow-mode.ts";

/** What is known of a user until something is different. */
type Rights = {
  /** May do nothing here any more. */
  readonly out: Refusal | null;
  /** Nobody, or neither of the two, may say anything here. */
  readonly silence: Refusal | null;
  /** May not post, as what the user is here. */
  readonly posting: Refusal | null;
  readonly mutedUntilMs: number;
  readonly isSlowed: boolean;
};

const free: Rights = { out: null, silence: null, posting: null, mutedUntilMs: 0, isSlowed: false };
const USERS_IN_MEMORY_MAX = 20_000;

/**
 * Who may write now: role and settings, mutes, slow mode, an archived room, a block between two. Asked at the commit, so
 * that a mute or a ban overtakes what waits. [P7] [MO10]
 */
export class PostGate {
  readonly #room: RoomContext;
  readonly #mutes: MuteBook;
  readonly #slow: SlowMode;
  readonly #known = new Map<number, Rights>();
  /** Wishes that took their author's turn: a repeat beside one of them has none to give back. */
  readonly #claims = new WeakSet<Wish>();

  constructor(room: RoomContext) {
    const { sql } = room.storage;
    this.#room = room;
    this.#mutes = new MuteBook(sql);
    this.#slow = new SlowMode(sql);
  }

  /**
   * Why this may not be written now, or null: then `settle` is to say what became of a message. What stands already is let
   * through, to be answered as a duplicate: whoever repeats it has to learn that it was taken. [P3] Numbered rooms answer
   * without a look-up.
   */
  refuse(wish: Wish, nowMs: number): Refusal | null {
    if (this.#room.kind === "numbered") return null;
    const { id } = wish.from;
    const rights = this.#rightsOf(id);
    const refusal = "change" in wish ? refuseChange(rights, wish.change, nowMs) : refusePost(rights, nowMs);
    const isHurried = "message" in wish && rights.isSlowed;
    if ((refusal === null && !isHurried) || this.#room.log.has(wish)) return null;
    return refusal ?? this.#refuseHurry(wish, nowMs);
  }

  /** What became of a post that was let through. */
  settle(wish: Wish, stands: boolean): void {
    if (this.#claims.delete(wish)) this.#slow.settle(wish.from.id, stands);
  }

  /** Something that decides is different: believe the storage again. */
  forget(): void {
    this.#known.clear();
    this.#slow.forget();
  }

  #rightsOf(userId: number): Rights {
    const known = this.#known.get(userId);
    if (known !== undefined) return known;
    if (this.#known.size >= USERS_IN_MEMORY_MAX) this.#known.clear();
    const rights = this.#room.kind === "direct" ? this.#inConversation(userId) : this.#inNamed(userId);
    this.#known.set(userId, rights);
    return rights;
  }

  /** Neither writes while one of them takes nothing of the other: who is not to be answered does not go on. [MO14] */
  #inConversation(userId: number): Rights {
    const { name, users } = this.#room;
    const other = (directPair(name) ?? []).find((id) => id !== userId) ?? userId;
    if (!users.takesMessages(other)) {
      return { ...free, silence: fail("forbidden", "this user does not take messages from you") };
    }
    if (users.takesMessages(userId)) return free;
    return { ...free, silence: fail("forbidden", "you blocked this user: take it back before you write") };
  }

  #inNamed(userId: number): Rights {
    const { log, meta } = this.#room;
    // A deleted room has no members to judge by, and its log says that it is gone. [RM7]
    if (log.ended) return free;
    const standing = this.#room.standingOf(userId);
    return {
      out: this.#refuseStranger(userId, standing),
      silence: meta.profile.archived ? fail("forbidden", "this room is archived: it can be read") : null,
      posting: isAllowed(standing, "post", meta.profile) ? null : refusePosting(standing),
      mutedUntilMs: this.#mutes.untilMs(userId),
      isSlowed: meta.profile.slowModeSeconds > 0 && standing !== "owner" && standing !== "moderator",
    };
  }

  /** Whoever was let in by the door may have been put out since. */
  #refuseStranger(userId: number, standing: Standing): Refusal | null {
    if (this.#room.bans.isBanned(userId)) return fail("forbidden", "you are banned from this room");
    const isClosed = this.#room.meta.visibility === "private" && standing === "guest";
    return isClosed ? fail("forbidden", "this room is private: ask its owner") : null;
  }

  #refuseHurry(wish: Wish, nowMs: number): Refusal | null {
    const { slowModeSeconds } = this.#room.meta.profile;
    const waitMs = this.#slow.claim(wish.from.id, slowModeSeconds * 1000, nowMs);
    if (waitMs === 0) {
      this.#claims.add(wish);
      return null;
    }
    return fail("rateLimited", `one message in ${slowModeSeconds} s here: wait before you send the next`, waitMs);
  }
}

function refusePost({ out, silence, posting, mutedUntilMs }: Rights, nowMs: number): Refusal | null {
  return out ?? silence ?? posting ?? refuseMuted(mutedUntilMs, nowMs);
}

/** Taking away is never saying something. [MO12] */
function refuseChange({ out, silence, mutedUntilMs }: Rights, { type }: Change, nowMs: number): Refusal | null {
  return type === "delete" ? out : (out ?? silence ?? refuseMuted(mutedUntilMs, nowMs));
}

function refuseMuted(untilMs: number, nowMs: number): Refusal | null {
  return untilMs > nowMs ? fail("forbidden", "you are muted in this room for a while", untilMs - nowMs) : null;
}

function refusePosting(standing: Standing): Refusal {
  if (standing === "read-only") return fail("forbidden", "you may read here and not write");
  return standing === "guest"
    ? fail("forbidden", "only members write here: join first")
    : fail("forbidden", "only moderators write here");
}
