import type { Person } from "../../../contracts/event.ts";
import { isAllowed, outranks, type RoomAction } from "../../../contracts/permissions.ts";
import { fail, ok, type Refusal, type Reply } from "../../../contracts/reply.ts";
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
import { type ModeratedRoom, ModerationActs } from "./moderation-acts.ts";
import { ModerationLog } from "./moderation-log.ts";
import { MuteBook } from "./mute-book.ts";
import { RoomReports } from "./room-reports.ts";

/** What each act needs: who may do it may take it back. */
const needed: Readonly<Record<ModerationAct["type"], RoomAction>> = {
  mute: "mute",
  unmute: "mute",
  kick: "kick",
  ban: "ban",
  unban: "ban",
  purge: "purge",
};

/** Mutes, kicks, bans, purges and reports, and the log of them. Only rooms with an owner have moderators. [MO1] */
export class Moderation {
  readonly #room: RoomContext;
  readonly #acts: ModerationActs;
  readonly #log: ModerationLog;
  readonly #mutes: MuteBook;
  readonly #reports: RoomReports;

  constructor(room: ModeratedRoom) {
    const { sql } = room.storage;
    this.#room = room;
    this.#log = new ModerationLog(sql);
    this.#mutes = new MuteBook(sql);
    this.#acts = new ModerationActs(room, { log: this.#log, mutes: this.#mutes });
    this.#reports = new RoomReports(room);
  }

  /**
   * Does it, for those who may, to somebody whom they outrank. `stranger` is a user who never acted here, where there is
   * one: whom nobody knows is not found. [MO1] [MO2] [MO3]
   */
  act(by: Caller, act: ModerationAct, stranger: Person | null = null): Reply<Moderated> {
    const refusal = this.#refuse(by, act);
    if (refusal !== null) return refusal;
    const name = this.#room.people.nameOf(act.userId);
    const subject = name === null ? stranger : { id: act.userId, name };
    return subject === null ? fail("notFound", "there is no such user") : this.#acts.do(by.person, subject, act);
  }

  /** Who is muted or banned, the newest first. [MO8] */
  restrictions({ standing }: Caller): Reply<readonly Restriction[]> {
    const refusal = refuseReading(standing);
    if (refusal !== null) return refusal;
    const mutes = this.#mutes.all(Date.now()).map((mute) => ({ ...mute, type: "mute" as const }));
    const bans = this.#room.bans.all().map((ban) => ({ ...ban, type: "ban" as const, untilMs: null }));
    const { people } = this.#room;
    return ok(
      [...mutes, ...bans]
        .sort((a, b) => b.at - a.at)
        .map(({ userId, by, ...rest }) => ({ ...rest, user: people.personOf(userId), by: people.personOf(by) })),
    );
  }

  /** The moderation log before a number, the newest first. [MO7] */
  log({ standing }: Caller, before: number, limit: number): Reply<ModerationPage> {
    const refusal = refuseReading(standing);
    if (refusal !== null) return refusal;
    const { people } = this.#room;
    const { entries, more } = this.#log.page(before, limit);
    return ok({
      entries: entries.map(({ by, subject, ...rest }) => ({
        ...rest,
        by: people.personOf(by),
        subject: subject === null ? null : people.personOf(subject),
      })),
      more,
    });
  }

  report(by: Caller, seq: number, reason: string): Reply<Report> {
    return this.#reports.file(by, seq, reason);
  }

  reports(by: Caller, query: ReportQuery): Promise<Reply<ReportPage>> {
    return this.#reports.page(by, query);
  }

  /** Forgets a user's part in reports. */
  erase(userId: number): void {
    this.#reports.erase(userId);
  }

  #refuse({ person, standing }: Caller, { type, userId }: ModerationAct): Refusal | null {
    if (this.#room.kind !== "named") return fail("forbidden", "only created rooms have moderators");
    if (!isAllowed(standing, needed[type])) return fail("forbidden", "only moderators may do this");
    if (userId === person.id) return fail("badRequest", "nobody does this to themselves");
    if (outranks(standing, this.#room.standingOf(userId))) return null;
    return fail("forbidden", "this user stands as high as you here, or higher");
  }
}

function refuseReading(standing: Caller["standing"]): Refusal | null {
  return isAllowed(standing, "readModeration") ? null : fail("forbidden", "only moderators read this");
}
