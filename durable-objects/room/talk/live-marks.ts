import { limits } from "../../../contracts/limits.ts";
import type { Marks } from "../../../contracts/rooms.ts";
import type { Audience } from "../audience.ts";
import { FlushClock } from "../flush-clock.ts";
import type { Notices } from "../notices/notices.ts";
import type { ReadMarks } from "../read-marks.ts";
import type { UserBook } from "../user-book.ts";

type Parts = {
  readonly marks: ReadMarks;
  readonly audience: Pick<Audience, "size" | "tell">;
  readonly users: Pick<UserBook, "sharesMarks">;
  readonly notices: Pick<Notices, "stir">;
};

const TELL_MS = 1_000;

/** Moves marks, and tells those who are here of what moved, at most once a second. Idle it holds no timer. [TA11] */
export class LiveMarks {
  readonly #parts: Parts;
  readonly #moved = new Set<number>();
  readonly #clock = new FlushClock(
    () => TELL_MS,
    () => this.#tell(),
  );

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Moves somebody's read mark, and answers where both are. */
  read(userId: number, seq: number): Marks {
    const { marks, notices } = this.#parts;
    if (marks.read(userId, seq)) {
      this.#note(userId);
      notices.stir(userId);
    }
    return marks.marksOf(userId);
  }

  /** A client of somebody has everything up to a seq. */
  delivered(userId: number, seq: number): void {
    if (this.#parts.marks.deliver(userId, seq)) this.#note(userId);
  }

  #note(userId: number): void {
    if (this.#parts.audience.size > limits.MARKS_LIVE_SEATS_MAX) return;
    this.#moved.add(userId);
    this.#clock.request();
  }

  /** Those of users who opted out are told to their own sockets alone. */
  #tell(): void {
    const { marks, audience, users } = this.#parts;
    const moved = [...this.#moved].map((userId) => marks.marksOf(userId));
    this.#moved.clear();
    const shared = moved.filter(({ id }) => users.sharesMarks(id));
    if (shared.length > 0) audience.tell({ type: "marks", marks: shared });
    for (const own of moved) if (!shared.includes(own)) audience.tell({ type: "marks", marks: [own] }, own.id);
  }
}
