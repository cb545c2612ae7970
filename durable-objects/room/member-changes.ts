import type { MemberChange, Person } from "../../contracts/event.ts";
import type { GrantedRole, RoomRole } from "../../contracts/rooms.ts";
import type { LobbyNews } from "./doors/lobby-news.ts";
import { ModerationLog, type ModerationNote } from "./moderation/moderation-log.ts";
import type { PostGate } from "./moderation/post-gate.ts";
import type { ReadMarks } from "./read-marks.ts";
import type { RoomContext } from "./room-context.ts";

/** A change of somebody's membership: by whom, of whom, and what the moderation log says of it, if anything. */
export type MemberAct = {
  readonly by: Person;
  readonly subject: Person;
  readonly note?: Pick<ModerationNote, "action" | "reason">;
};

/** `isTold`: whether the user object learns it; one that is removed has no inbox. */
type Removal = { readonly isTold?: boolean; readonly write?: (() => void) | undefined };

type Parts = RoomContext & {
  readonly gate: Pick<PostGate, "forget">;
  readonly lobby: Pick<LobbyNews, "counted">;
  readonly marks: Pick<ReadMarks, "read" | "write">;
};

/**
 * Writes who is a member: the row, its event on the log, the letter to the user object and what the moderation log says
 * in one transaction. A conversation of two has neither events nor letters of its members. [RO3]
 */
export class MemberChanges {
  readonly #room: Parts;
  readonly #moderation: ModerationLog;

  constructor(room: Parts) {
    this.#room = room;
    this.#moderation = new ModerationLog(room.storage.sql);
  }

  /**
   * Makes somebody a member who is none. `write` gets the first seq that is for the new member: what is older and not for
   * it does not count as unread. [RO13]
   */
  admit(act: MemberAct, role: RoomRole, write?: (historyFrom: number) => void): void {
    const { members, meta, marks } = this.#room;
    const { id } = act.subject;
    let historyFrom = 1;
    this.#record(act, { change: "joined", role }, (at) => {
      if (!meta.profile.newcomersSeeHistory) historyFrom = at;
      if (write === undefined) members.add(id, role, Date.now(), historyFrom);
      else write(historyFrom);
      this.#post(id, true);
    });
    if (historyFrom > 1) {
      marks.read(id, historyFrom);
      marks.write();
    }
    this.#room.lobby.counted();
  }

  /** Gives a member another role. */
  assign(act: MemberAct, role: GrantedRole): void {
    this.#record(act, { change: "role", role }, () => this.#room.members.assign(act.subject.id, role));
  }

  /** Takes somebody's membership, with what else `write` makes true. */
  remove(act: MemberAct, change: "left" | "removed" | "banned", { isTold = true, write }: Removal = {}): void {
    const { id } = act.subject;
    this.#record(act, { change, role: null }, () => {
      write?.();
      this.#room.members.remove(id);
      if (isTold) this.#post(id, false);
    });
    this.#room.lobby.counted();
  }

  #post(userId: number, isIn: boolean): void {
    const { kind, notices } = this.#room;
    if (kind !== "direct") notices.post({ type: "membership", userId, isIn });
  }

  #record({ by, subject, note }: MemberAct, member: MemberChange, write: (seq: number) => void): void {
    const { kind, storage, people, log, members, gate } = this.#room;
    const writeAll = (seq: number) => {
      people.remember(subject);
      write(seq);
      if (note !== undefined) this.#moderation.note({ ...note, by: by.id, subject: subject.id }, Date.now());
      return [];
    };
    try {
      if (kind === "direct") storage.transactionSync(() => writeAll(log.head));
      else this.#room.record(by, { kind: "member", subject, member }, writeAll);
    } catch (error) {
      people.forget();
      members.forget();
      throw error;
    } finally {
      gate.forget();
    }
  }
}
