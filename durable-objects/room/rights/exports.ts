import type { RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { isAllowed } from "../../../contracts/permissions.ts";
import { fail, ok, type Reply } from "../../../contracts/reply.ts";
import type { ExportHead, OwnPage, OwnVersion } from "../../../contracts/rooms.ts";
import type { Room } from "../room.ts";
import type { Caller } from "../room-context.ts";

type Parts = Pick<Room, "storage" | "log" | "members" | "membership" | "marks" | "meta" | "describe" | "visibleFrom">;

type Own = Pick<OwnPage, "events" | "versions"> & { readonly next: number };

/** Events that one page looks through: whoever said little in a large room is found in several. */
const SCAN_EVENTS_MAX = 5_000;

/** What may be taken away: the room for its members, and for everybody what is their own. */
export class Exports {
  readonly #room: Parts;

  constructor(room: Parts) {
    this.#room = room;
  }

  /** What a room's export begins with; the events follow as pages of the log, from `first` to `head`. [RI6] */
  head({ person, standing }: Caller): Reply<ExportHead> {
    const { meta, members } = this.#room;
    if (!isAllowed(standing, "export", meta.profile)) {
      return fail("forbidden", "only members may export this room: join it first");
    }
    const room = this.#room.describe(person.id);
    const first = Math.max(room.first, this.#room.visibleFrom(person.id));
    return ok({ ...room, first, people: members.all(), pins: this.#pins(first) });
  }

  /** What the room holds of a user, who need not be allowed to use it any more. [RI9] */
  own(userId: number, from: number, limit: number): Reply<OwnPage> {
    const { log, membership, marks } = this.#room;
    const begin = Math.max(from, log.first);
    const { next, ...own } = this.#page(userId, begin, Math.min(limit, limits.PAGE_MAX));
    return ok({
      role: membership.roleOf(userId),
      marks: { id: userId, read: marks.of(userId).seq, delivered: marks.deliveredTo(userId) },
      ...own,
      next: next <= log.head ? next : null,
    });
  }

  #pins(first: number): readonly number[] {
    const sql = "SELECT seq FROM pin WHERE seq >= ? ORDER BY at, seq";
    return this.#room.storage.sql
      .exec<{ seq: number }>(sql, first)
      .toArray()
      .map(({ seq }) => seq);
  }

  /** No index knows authors, so a page is bounded in what it looks through, too. */
  #page(userId: number, from: number, limit: number): Own {
    const end = from + SCAN_EVENTS_MAX;
    const sql = "SELECT seq FROM event WHERE seq >= ? AND seq < ? AND actor = ? ORDER BY seq LIMIT ?";
    const seqs = this.#room.storage.sql.exec<{ seq: number }>(sql, from, end, userId, limit).toArray();
    const events: RoomEvent[] = [];
    const versions: OwnVersion[] = [];
    let bytes = 0;
    for (const { seq } of seqs) {
      // Rather once too often than in the middle of what belongs to one message.
      if (bytes > limits.PAGE_BYTES_MAX) return { events, versions, next: seq };
      const [encoded] = this.#room.log.after(seq - 1, 1, 0);
      if (encoded === undefined) continue;
      const older = encoded.event.editedAt === undefined ? [] : this.#versions(seq);
      events.push(encoded.event);
      versions.push(...older);
      bytes += encoded.bytes + older.reduce((sum, { body }) => sum + body.length, 0);
    }
    return { events, versions, next: seqs.length < limit ? end : (seqs.at(-1)?.seq ?? from) + 1 };
  }

  /** The newest OWN_VERSIONS_MAX of a message: their texts have to fit into one answer. */
  #versions(seq: number): readonly OwnVersion[] {
    const sql = "SELECT seq, version, at, body FROM version WHERE seq = ? ORDER BY version DESC LIMIT ?";
    return this.#room.storage.sql.exec<OwnVersion>(sql, seq, limits.OWN_VERSIONS_MAX).toArray().reverse();
  }
}
