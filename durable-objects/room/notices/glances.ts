import { limits } from "../../../contracts/limits.ts";
import { directPair } from "../../../contracts/names.ts";
import type { Glance } from "../../../contracts/rooms.ts";
import type { ReadMarks } from "../read-marks.ts";
import type { RoomContext } from "../room-context.ts";
import type { Mentions } from "../talk/mentions.ts";

type Parts = Pick<RoomContext, "name" | "kind" | "storage" | "meta" | "log" | "people" | "members"> & {
  readonly marks: Pick<ReadMarks, "of">;
  readonly mentions: Pick<Mentions, "count">;
  /** The oldest seq that is for this reader. */
  visibleFrom(userId: number): number;
};
type Spoken = { readonly seq: number; readonly at: number; readonly actor: number; readonly body: string };

/** How far back the newest message is looked for among changes and what blocked users said. */
const EVENTS_LOOKED_AT = 1_000;

/** The room as a user's inbox shows it. */
export class Glances {
  readonly #room: Parts;

  constructor(room: Parts) {
    this.#room = room;
  }

  /**
   * Null when the room is not the user's: who may use a room and is no member has it in no inbox. What blocked users
   * said is not shown, and not counted as a mention. [IN4]
   */
  of(userId: number, blocked: readonly number[]): Glance | null {
    if (!this.#isIn(userId)) return null;
    const { name, kind, log, marks, mentions } = this.#room;
    const { seq: read, unread } = marks.of(userId);
    return {
      room: name,
      kind,
      title: this.#titleFor(userId),
      head: log.head,
      read,
      unread,
      mentions: mentions.count(userId, Math.max(read, this.#firstFor(userId) - 1), blocked),
      last: this.#last(userId, blocked),
    };
  }

  #isIn(userId: number): boolean {
    const { name, kind, members } = this.#room;
    return kind === "direct" ? directPair(name)?.includes(userId) === true : members.roleOf(userId) !== null;
  }

  /** A conversation of two bears the other's name; the room's name is in the glance anyhow. */
  #titleFor(userId: number): string {
    const { name, meta, people } = this.#room;
    const other = directPair(name)?.find((id) => id !== userId);
    return other === undefined ? meta.profile.title : (people.nameOf(other) ?? "");
  }

  #firstFor(userId: number): number {
    return Math.max(this.#room.log.first, this.#room.visibleFrom(userId));
  }

  #last(userId: number, blocked: readonly number[]): Glance["last"] {
    const { log, people, storage } = this.#room;
    const [last] = storage.sql.exec<Spoken>(
      `SELECT seq, at, actor, body FROM event WHERE seq >= ? AND kind = 'message' AND body IS NOT NULL
         AND actor NOT IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT 1`,
      Math.max(this.#firstFor(userId), log.head - EVENTS_LOOKED_AT),
      JSON.stringify(blocked),
    );
    if (last === undefined) return null;
    return { seq: last.seq, at: last.at, from: people.personOf(last.actor), excerpt: excerptOf(last.body) };
  }
}

/** The first characters of a text, none of them cut in two. */
function excerptOf(body: string): string {
  const max = limits.INBOX_EXCERPT_CHARS_MAX;
  return Array.from(body.slice(0, 2 * max))
    .slice(0, max)
    .join("");
}
