import { fail, type Reply } from "../../../contracts/reply.ts";
import type {
  Moderated,
  ModerationAct,
  ModerationPage,
  Report,
  ReportPage,
  ReportQuery,
  Restriction,
} from "../../../contracts/rooms.ts";
import type { Caller, RoomContext } from "../room-context.ts";

/** Mutes, kicks, bans, purges and reports, and the log of them. */
export class Moderation {
  readonly #room: RoomContext;
  constructor(room: RoomContext) {
    this.#room = room;
  }
  act(_by: Caller, _act: ModerationAct): Reply<Moderated> {
    return fail("unsupported", this.#room.name);
  }
  restrictions(_by: Caller): Reply<readonly Restriction[]> {
    return fail("unsupported");
  }
  log(_by: Caller, _before: number, _limit: number): Reply<ModerationPage> {
    return fail("unsupported");
  }
  report(_by: Caller, _seq: number, _reason: string): Reply<Report> {
    return fail("unsupported");
  }
  async reports(_by: Caller, _query: ReportQuery): Promise<Reply<ReportPage>> {
    return fail("unsupported");
  }
}
