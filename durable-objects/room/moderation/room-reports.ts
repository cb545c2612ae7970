import type { Person, RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { isAllowed } from "../../../contracts/permissions.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { Report, ReportPage, ReportQuery } from "../../../contracts/rooms.ts";
import type { Caller, RoomContext } from "../room-context.ts";
import { ReportBook } from "./report-book.ts";

type Complaint = { readonly message: RoomEvent; readonly reporter: Person; readonly reason: string };

/** Messages that somebody wants looked at, in any room. */
export class RoomReports {
  readonly #room: RoomContext;
  readonly #book: ReportBook;

  constructor(room: RoomContext) {
    this.#room = room;
    this.#book = new ReportBook(room.storage.sql);
  }

  /** Reports what a message says now. Whoever reports it again is answered with the first report. [MO15] */
  file({ person, standing }: Caller, seq: number, reason: string): Reply<Report> {
    if (!isAllowed(standing, "report")) return fail("forbidden");
    const earlier = this.#book.find(seq, person.id);
    if (earlier !== null) return ok(earlier);
    const found = this.#find(seq, person.id);
    if (!found.ok) return found;
    if (this.#book.countOf(person.id) >= limits.REPORTS_PER_USER_MAX) {
      return fail("conflict", `you reported ${limits.REPORTS_PER_USER_MAX} messages here: write to an administrator`);
    }
    const report = this.#toReport({ message: found.value, reporter: person, reason });
    this.#room.storage.transactionSync(() => {
      this.#book.put(report);
      this.#room.notices.post({ type: "report", report });
    });
    this.#room.notices.deliver();
    return ok(report);
  }

  /** The reports of this room's present life, for those who may read its moderation log. [MO16] */
  async page({ standing }: Caller, query: ReportQuery): Promise<Reply<ReportPage>> {
    if (!isAllowed(standing, "readModeration")) return fail("forbidden", "only moderators read this");
    const { name, env, meta } = this.#room;
    return ok(await env.REPORTS.getByName("reports").list(name, query, meta.epoch));
  }

  /** Forgets a user's part in reports of this room. */
  erase(userId: number): void {
    this.#book.erase(userId);
  }

  /** What somebody may not read is not there to be reported. */
  #find(seq: number, userId: number): Reply<RoomEvent> {
    const { log } = this.#room;
    const event = seq < this.#room.visibleFrom(userId) ? undefined : log.after(seq - 1, 1, 0)[0]?.event;
    if (event?.seq !== seq) return fail("notFound", "the room has no message of this seq");
    if (event.kind !== "message") return fail("badRequest", "this seq is not a message's");
    return event.deleted === true ? fail("conflict", "the message was deleted") : ok(event);
  }

  #toReport({ message, reporter, reason }: Complaint): Report {
    const { name: room, meta } = this.#room;
    const { seq, from: author, body = "" } = message;
    // It begins with the epoch: whoever creates the room's name again reads nothing of what was reported before.
    const id = `${meta.epoch}-${seq}-${reporter.id}`;
    return { id, room, seq, at: Date.now(), reporter, author, body, reason, state: "open", resolution: "" };
  }
}
