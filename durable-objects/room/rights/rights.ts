import type { Person } from "../../../contracts/event.ts";
import type { Room } from "../room.ts";
import { Erasure } from "./erasure.ts";
import { Exports } from "./exports.ts";
import { Imports } from "./imports.ts";
import { Retention } from "./retention.ts";

/** What may be asked of what a room keeps: to cut it, to take it elsewhere and bring it back, to forget somebody. */
export class Rights {
  readonly exports: Exports;
  readonly imports: Imports;
  readonly retention: Retention;
  readonly erasure: Erasure;
  readonly #room: Pick<Room, "log" | "marks" | "notices" | "lobby">;

  constructor(room: Room) {
    this.exports = new Exports(room);
    this.imports = new Imports(room);
    this.retention = new Retention(room);
    this.erasure = new Erasure(room);
    this.#room = room;
  }

  /** What was imported is a room now, and this is its first life that anybody sees. */
  imported(owner: Person): void {
    const { log, marks, notices, lobby } = this.#room;
    marks.read(owner.id, log.head);
    marks.write();
    notices.deliver();
    lobby.changed();
    this.retention.check();
  }
}
