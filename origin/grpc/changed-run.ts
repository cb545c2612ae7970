import type { RoomEvent } from "../../contracts/event.ts";
import type { Run } from "../edge/edge.ts";

const known = new WeakMap<Run, Map<number, Run>>();

/** Whether an event changes what messages before it say. */
export function isChange({ kind }: RoomEvent): boolean {
  return kind === "edit" || kind === "delete" || kind === "purge";
}

/**
 * A run as it reads after a later change. It is made once and shared by everybody whom the run waits for; a run in which
 * nothing is different is answered itself. [NG10]
 */
export function changedBy(run: Run, change: RoomEvent): Run {
  const after = known.get(run) ?? new Map<number, Run>();
  const changed = after.get(change.seq) ?? applied(run, change);
  after.set(change.seq, changed);
  known.set(run, after);
  return changed;
}

function applied(run: Run, change: RoomEvent): Run {
  const events = run.events.map((event) => changedEvent(event, change));
  return events.every((event, at) => event === run.events[at]) ? run : { ...run, events };
}

function changedEvent(event: RoomEvent, { seq, kind, target, body, subject }: RoomEvent): RoomEvent {
  if (event.kind !== "message" || event.seq >= seq) return event;
  if (kind === "edit" && target === event.seq && body !== undefined) return { ...event, body };
  const isGone = kind === "delete" ? target === event.seq : kind === "purge" && event.from.id === subject?.id;
  return isGone ? { ...event, body: "", deleted: true } : event;
}
