import type { RoomContext } from "../room-context.ts";

/** Cuts the log to what the room keeps. */
export class Retention {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  /** The log has grown or the profile changed. Never in the way of a send. */
  check(): void {
    if (this.#room.meta.profile.retention.maxMessages === 0) throw new Error("none");
  }
  /** The job behind the alarm. */
  cut(_nowMs: number): number | undefined {
    return undefined;
  }
}
