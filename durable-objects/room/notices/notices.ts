import type { Namespace, ReportsStub, UserStub } from "../../../contracts/objects.ts";
import type { Report } from "../../../contracts/rooms.ts";
import { Mail } from "../../lib/mail.ts";
import type { Letter } from "../../lib/outbox.ts";
import type { RoomContext } from "../room-context.ts";
import { Watchers } from "./watchers.ts";

/** What others must learn of a room: a user that the room is theirs or not any more, the list of reports of a report. */
export type Notice =
  | { readonly type: "membership"; readonly userId: number; readonly isIn: boolean }
  | { readonly type: "report"; readonly report: Report };

/** Whom a room tells. */
export type Readers = {
  readonly USER: Namespace<Pick<UserStub, "roomNews" | "changed">>;
  readonly REPORTS: Namespace<Pick<ReportsStub, "file">>;
};
type Parts = Pick<RoomContext, "name" | "storage" | "jobs"> & { readonly env: Readers };

/** The job of the room's letters. */
const JOB = "notices";
/** A room of 100,000 that is deleted tells its members within ten minutes, and keeps some 2,000 user objects awake. */
const LETTERS_PER_SECOND = 200;

/** Letters to user objects and to the list of reports, and word to those whose inbox is open. */
export class Notices {
  readonly #room: Parts;
  readonly #mail: Mail<Notice, void>;
  readonly #watchers: Watchers;
  #posted = false;

  constructor(room: Parts) {
    this.#room = room;
    this.#mail = new Mail({
      sql: room.storage.sql,
      jobs: room.jobs,
      job: JOB,
      carry: (letter) => this.#carry(letter),
      perSecond: LETTERS_PER_SECOND,
    });
    this.#watchers = new Watchers(room);
  }

  /** Stores a letter. Call it in the transaction that makes it necessary, then `deliver`. [IN1] */
  post(notice: Notice): void {
    const target = notice.type === "report" ? "reports" : `user:${notice.userId}`;
    this.#mail.post(target, notice, Date.now());
    this.#posted = true;
  }

  /** Carries what waits, in nobody's way. Without a letter it costs nothing. */
  deliver(): void {
    if (!this.#posted) return;
    this.#posted = false;
    this.#mail.flush();
  }

  /** Something is different in the room, or for one user alone: whose inbox is open is told. [IN6] */
  stir(userId?: number): void {
    this.#watchers.stir(userId);
  }

  /** A user's inbox is open: it is told of changes from now on. */
  watch(userId: number): void {
    this.#watchers.add(userId);
  }

  /** The job behind the alarm. */
  async drain(nowMs: number): Promise<number | undefined> {
    return this.#mail.drain(nowMs);
  }

  /** Letters of an earlier life of the object have a job again. */
  resume(): Promise<void> {
    return this.#mail.resume();
  }

  /** The room is being deleted: open inboxes learn that it is gone. Call it before the storage is emptied. */
  end(): Promise<void> {
    return this.#watchers.end();
  }

  async #carry({ no, body }: Letter<Notice>): Promise<void> {
    const { env, name } = this.#room;
    if (body.type === "report") return env.REPORTS.getByName("reports").file(body.report);
    // The number of the letter is the stamp: it grows over every life of the room.
    return env.USER.getByName(String(body.userId)).roomNews(name, body.isIn, no);
  }
}
