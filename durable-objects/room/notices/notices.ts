import type { Report } from "../../../contracts/rooms.ts";
import type { RoomContext } from "../room-context.ts";

/** What others must learn of a room: a user that the room is theirs or not any more, the list of reports of a report. */
export type Notice =
  | { readonly type: "membership"; readonly userId: number; readonly isIn: boolean }
  | { readonly type: "report"; readonly report: Report };

/** Letters to user objects and to the list of reports, and word to those whose inbox is open. */
export class Notices {
  readonly #room: Pick<RoomContext, "name" | "env" | "storage" | "jobs">;
  constructor(room: Pick<RoomContext, "name" | "env" | "storage" | "jobs">) {
    this.#room = room;
  }
  /** Stores a letter. Call it in the transaction that makes it necessary, then `deliver`. */
  post(_notice: Notice): void {
    if (this.#room.name === "") throw new Error("no name");
  }
  /** Carries what waits, in nobody's way. */
  deliver(): void {}
  /** The log has grown, or a read mark moved: who watches is told, at most once a second each. */
  stir(): void {}
  watch(_userId: number): void {}
  /** The job behind the alarm. */
  async drain(_nowMs: number): Promise<number | undefined> {
    return undefined;
  }
}
