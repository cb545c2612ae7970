import type { Person, RoomEvent } from "../../../contracts/event.ts";
import { beginImportAt, type ImportPosition, moveImport, refuseNext } from "../../../contracts/import-position.ts";
import { limits } from "../../../contracts/limits.ts";
import { fail, ok, type Refusal, type Reply } from "../../../contracts/reply.ts";
import type { ExportHead, RoomProfile } from "../../../contracts/rooms.ts";
import type { Room } from "../room.ts";
import { toAuthor, toLocal } from "./import-people.ts";

type Parts = Pick<Room, "kind" | "storage" | "meta" | "log" | "people" | "members" | "jobs" | "notices">;
type Underway = {
  readonly by: number;
  /** When it last went on. */
  readonly atMs: number;
  readonly keepAuthors: boolean;
  readonly head: Omit<ExportHead, "people">;
};

const KEY = "importing";
const RECHECK_MS = 1_000;

/** An export becomes a new room, which nobody sees until it is finished: only then it has a visibility. [RI15] */
export class Imports {
  readonly #room: Parts;

  constructor(room: Parts) {
    this.#room = room;
  }

  /** Whether there is the beginning of a room here that nobody sees. */
  get isUnderWay(): boolean {
    return this.#underway() !== null;
  }

  /** Whether the room's name is taken for this user by somebody else's import that goes on. */
  isHeldFrom(userId: number, nowMs: number): boolean {
    const underway = this.#underway();
    return underway !== null && underway.by !== userId && !isStale(underway, nowMs);
  }

  /** Whether an import was given up: what is there of it has to go. */
  isStale(nowMs: number): boolean {
    const underway = this.#underway();
    return underway !== null && isStale(underway, nowMs);
  }

  /** The job behind the alarm: comes again as long as there is an import. */
  recheck(nowMs: number): number | undefined {
    const underway = this.#underway();
    return underway === null ? undefined : Math.max(underway.atMs + limits.IMPORT_IDLE_MS_MAX, nowMs + RECHECK_MS);
  }

  begin(by: Person, head: ExportHead, keepAuthors: boolean): Reply<null> {
    const { kind, meta, jobs } = this.#room;
    if (kind !== "named") return fail("badRequest", "an import becomes a named room: give it a name of its own");
    if (meta.visibility !== null) return fail("nameTaken", "a room of this name exists");
    const { people: _, ...rest } = head;
    this.#note({ by: by.id, atMs: Date.now(), keepAuthors, head: rest });
    void jobs.schedule("import", Date.now() + limits.IMPORT_IDLE_MS_MAX);
    return ok(null);
  }

  /** The next events, all of them or none. */
  add(by: Person, events: readonly RoomEvent[]): Reply<null> {
    const underway = this.#own(by);
    if (!underway.ok) return underway;
    const { log, storage } = this.#room;
    const refusal = refuseRun(this.#position(underway.value), events);
    if (refusal !== null) return refusal;
    if (storage.sql.databaseSize > limits.LOG_BYTES_MAX) return fail("logFull");
    const { keepAuthors } = underway.value;
    const local = events.map((event) => toLocal(event, (person) => toAuthor(person, by, keepAuthors)));
    log.adopt(local, () => this.#note({ ...underway.value, atMs: Date.now() }));
    return ok(null);
  }

  /** The room begins to exist, and is the importer's. */
  finish(by: Person): Reply<null> {
    const underway = this.#own(by);
    if (!underway.ok) return underway;
    const { log } = this.#room;
    const { head } = underway.value;
    const isEmpty = head.head > 0 && head.first === head.head + 1;
    if (isEmpty) log.beginAt({ head: head.head, messages: head.messages, at: 0 });
    if (log.head !== head.head || log.messages !== head.messages) {
      return fail("badRequest", `the export ends at seq ${head.head}, and what came of it at ${log.head}`);
    }
    this.#found(by, underway.value);
    return ok(null);
  }

  #found(by: Person, { head, keepAuthors }: Underway): void {
    const { storage, meta, members, notices } = this.#room;
    try {
      storage.transactionSync(() => {
        this.#pin(head.pins, by);
        meta.patch(toProfile(head));
        meta.remove(KEY);
        members.add(by.id, "owner", Date.now());
        notices.post({ type: "membership", userId: by.id, isIn: true });
        if (keepAuthors) this.#tellAuthors(by);
      });
    } catch (error) {
      for (const part of [meta, members]) part.forget();
      throw error;
    }
  }

  #position({ head }: Underway): ImportPosition {
    const { log } = this.#room;
    return log.head === 0 ? beginImportAt(head.first) : { seq: log.head, messages: log.messages, at: log.lastAtMs };
  }

  /** By whom and when as the log tells it; where that was cut, by the importer now. */
  #pin(seqs: readonly number[], by: Person): void {
    const { sql } = this.#room.storage;
    for (const seq of seqs) {
      sql.exec(
        `INSERT OR IGNORE INTO pin (seq, actor, at)
         SELECT seq, ?, ? FROM event WHERE seq = ? AND kind = 'message' AND body IS NOT NULL`,
        by.id,
        Date.now(),
        seq,
      );
    }
    sql.exec(
      `UPDATE pin SET actor = said.actor, at = said.at
       FROM (SELECT target, actor, at, MAX(seq) FROM event WHERE kind = 'pin' GROUP BY target) AS said
       WHERE said.target = pin.seq`,
    );
  }

  /** Whose ids are kept never were here: their objects learn that the room knows them, for their erasure. [RI10] */
  #tellAuthors(by: Person): void {
    const { storage, notices } = this.#room;
    const sql = "SELECT user_id FROM person WHERE user_id > 0 AND user_id <> ?";
    for (const { user_id } of storage.sql.exec<{ user_id: number }>(sql, by.id).toArray()) {
      notices.post({ type: "membership", userId: user_id, isIn: false });
    }
  }

  #own(by: Person): Reply<Underway> {
    const underway = this.#underway();
    return underway?.by === by.id ? ok(underway) : fail("notFound", "no import of yours is under way here");
  }

  #underway(): Underway | null {
    const text = this.#room.meta.read(KEY);
    return text === null ? null : (JSON.parse(text) as Underway);
  }

  #note(underway: Underway): void {
    this.#room.meta.write(KEY, JSON.stringify(underway));
  }
}

function isStale({ atMs }: Underway, nowMs: number): boolean {
  return nowMs - atMs >= limits.IMPORT_IDLE_MS_MAX;
}

function refuseRun(begin: ImportPosition, events: readonly RoomEvent[]): Refusal | null {
  if (events.length > limits.IMPORT_EVENTS_MAX) return fail("tooLarge");
  let position = begin;
  for (const event of events) {
    const problem = refuseNext(position, event, Date.now());
    if (problem !== null) return fail("badRequest", problem);
    position = moveImport(event);
  }
  return null;
}

function toProfile(head: Omit<ExportHead, "people">): RoomProfile {
  const { title, topic, visibility, archived, whoMayPost, whoMayInvite } = head;
  const { slowModeSeconds, newcomersSeeHistory, retention } = head;
  const settings = { whoMayPost, whoMayInvite, slowModeSeconds, newcomersSeeHistory, retention };
  return { title, topic, visibility, archived, ...settings };
}
