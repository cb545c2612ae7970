import type { RoomEvent } from "../../../contracts/event.ts";
import { limits } from "../../../contracts/limits.ts";
import { isAllowed, type Standing } from "../../../contracts/permissions.ts";
import type { People } from "../people.ts";
import { scanMentions } from "./mention-scan.ts";

/** Whom a message names. */
export type Mentioned = Pick<RoomEvent, "mentions" | "mentionsRoom">;
/** A message's text, and as what its author is here. */
type Words = { readonly body: string; readonly standing: Standing };

/** The row that stands for everybody. */
const EVERYBODY = 0;
const ROOM_KEY = "room";
const NOBODY: Mentioned = {};

/** Who is named in messages with @. Written in the transaction of the message. */
export class Mentions {
  readonly #sql: SqlStorage;
  readonly #people: People;

  constructor(sql: SqlStorage, people: People) {
    this.#sql = sql;
    this.#people = people;
  }

  /** Whom a text names: people of this room by the longest name that fits, and everybody by @room of who may. [TA4] */
  of({ body, standing }: Words): Mentioned {
    if (!body.includes("@")) return NOBODY;
    const found = scanMentions(body);
    const known = this.#people.idsOf(found.flatMap(({ names }) => names.map(({ key }) => key)));
    if (isAllowed(standing, "mentionRoom")) known.set(ROOM_KEY, EVERYBODY);
    const ids = new Set<number>();
    let end = 0;
    for (const { at, names } of found) {
      const name = at < end ? undefined : names.find(({ key }) => known.has(key));
      if (name === undefined) continue;
      end = name.end;
      ids.add(known.get(name.key) ?? EVERYBODY);
    }
    return toMentioned(ids);
  }

  /** Notes whom a message names now, and nobody else; authors are not told of themselves. */
  note(seq: number, actor: number, { mentions = [], mentionsRoom }: Mentioned): void {
    for (const userId of mentionsRoom ? [EVERYBODY, ...mentions] : mentions) {
      if (userId === actor) continue;
      this.#sql.exec("INSERT INTO mention (user_id, seq, actor) VALUES (?, ?, ?)", userId, seq, actor);
    }
  }

  /** Forgets whom a message named. */
  drop(seq: number, { mentions = [], mentionsRoom }: Mentioned): void {
    for (const userId of mentionsRoom ? [EVERYBODY, ...mentions] : mentions) {
      this.#sql.exec("DELETE FROM mention WHERE user_id = ? AND seq = ?", userId, seq);
    }
  }

  /** How many messages after a seq name a user or everybody, but for the user's own and those of the blocked. [TA7] */
  count(userId: number, afterSeq: number, blocked: readonly number[]): number {
    return this.#sql
      .exec<{ messages: number }>(
        `SELECT COUNT(DISTINCT seq) AS messages FROM mention WHERE user_id IN (?, ${EVERYBODY}) AND seq > ?
         AND actor NOT IN (SELECT value FROM json_each(?))`,
        userId,
        afterSeq,
        JSON.stringify([userId, ...blocked]),
      )
      .one().messages;
  }
}

function toMentioned(ids: Set<number>): Mentioned {
  const room = ids.delete(EVERYBODY);
  const mentions = [...ids].slice(0, limits.MENTIONS_PER_MESSAGE_MAX);
  return { ...(mentions.length > 0 ? { mentions } : {}), ...(room ? { mentionsRoom: true } : {}) };
}
