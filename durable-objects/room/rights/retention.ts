import type { Retention as Rule } from "../../../contracts/rooms.ts";
import type { RoomContext } from "../room-context.ts";

const CUT_EVERY_MS = 60_000;
/** An alarm has a latest time: a longer age is looked at once a year. */
const WAIT_MS_MAX = 31_536_000_000;
/** How many messages too many may wait for the next cut: a tenth, and never more than these. */
const SLACK_MAX = 100;
/** Before every time and every message's number. */
const NOTHING = -1;

/**
 * Cuts the log to what the room keeps: by age at the oldest event's time, by number when enough is too much, and at once
 * when the rule is another one. Rooms without a rule pay two comparisons for each batch. [RI1]
 */
export class Retention {
  readonly #room: RoomContext;
  /** By what the log was cut last. Null after a wake: the first batch cuts once more. */
  #applied: Rule | null = null;
  /** Whether a job is known to wait for the oldest event's time. */
  #armed = false;

  constructor(room: RoomContext) {
    this.#room = room;
  }

  /** The log has grown or the profile changed. Never in the way of a send: call it when the answers have left. */
  check(): void {
    const rule = this.#room.meta.profile.retention;
    if (rule.maxAgeSeconds === null && rule.maxMessages === null) return;
    if (rule !== this.#applied || this.#isOver(rule)) this.#arm(this.cut(Date.now()));
    else if (!this.#armed) this.#arm(this.#nextMs(rule, Date.now()));
  }

  /** The job behind the alarm: cuts what is due, a bounded run at a time. Answers when to come again. */
  cut(nowMs: number): number | undefined {
    const { log, meta, audience } = this.#room;
    const rule = meta.profile.retention;
    const { maxAgeSeconds, maxMessages } = rule;
    this.#applied = rule;
    // Whoever is here and keeps up gets all of it, however little the room keeps.
    audience.flush();
    const more = log.cut({
      atMs: maxAgeSeconds === null ? NOTHING : nowMs - maxAgeSeconds * 1000,
      messageNo: maxMessages === null || log.retained <= maxMessages ? NOTHING : log.messages - maxMessages,
    });
    const next = more ? nowMs : this.#nextMs(rule, nowMs);
    this.#armed = next !== undefined;
    return next;
  }

  #isOver({ maxMessages }: Rule): boolean {
    if (maxMessages === null) return false;
    return this.#room.log.retained > maxMessages + Math.min(SLACK_MAX, Math.floor(maxMessages / 10));
  }

  /** Nothing is retained, or nothing gets too old: nobody is woken. */
  #nextMs({ maxAgeSeconds }: Rule, nowMs: number): number | undefined {
    const oldestAtMs = this.#room.log.oldestAtMs();
    if (maxAgeSeconds === null || oldestAtMs === null) return undefined;
    return Math.min(Math.max(oldestAtMs + maxAgeSeconds * 1000, nowMs + CUT_EVERY_MS), nowMs + WAIT_MS_MAX);
  }

  #arm(dueMs: number | undefined): void {
    if (dueMs === undefined) return;
    this.#armed = true;
    void this.#room.jobs.schedule("retention", dueMs);
  }
}
