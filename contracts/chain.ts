import type { RoomEvent } from "./event.ts";

/** What a run of events is to a reader: what comes next, what it had before, or something that follows a hole. */
export type Link =
  | { readonly type: "next"; readonly events: readonly RoomEvent[]; readonly seq: number }
  | { readonly type: "old" }
  | { readonly type: "hole" };

/** Fits a run that starts behind `after` to a reader that has everything up to `seq`. Overlap is dropped. [CL1] [CL2] */
export function chain(seq: number, after: number, events: readonly RoomEvent[]): Link {
  if (after > seq) return { type: "hole" };
  const fresh = events.filter((event) => event.seq > seq);
  if (fresh.length === 0) return { type: "old" };
  if (fresh.some((event, i) => event.seq !== seq + 1 + i)) return { type: "hole" };
  return { type: "next", events: fresh, seq: seq + fresh.length };
}
