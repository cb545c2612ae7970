import type { RoomEvent } from "../../../contracts/event.ts";
import type { ExportHead } from "../../../contracts/rooms.ts";

const ann = { id: 1, name: "ann" };
const bob = { id: 2, name: "bob" };

/** The first line of an export without its type. */
export const head: ExportHead = {
  room: "tea",
  kind: "named",
  visibility: "private",
  epoch: "e1",
  head: 4,
  first: 1,
  messages: 2,
  members: 1,
  role: "owner",
  title: "Tea",
  topic: "",
  archived: false,
  whoMayPost: "everybody",
  whoMayInvite: "moderators",
  slowModeSeconds: 0,
  newcomersSeeHistory: true,
  retention: { maxAgeSeconds: null, maxMessages: null },
  people: [{ userId: 1, name: "ann", role: "owner" }],
  pins: [1],
};

/** The log of that room. */
export const events: readonly RoomEvent[] = [
  { seq: 1, kind: "message", from: ann, at: 5, messageNo: 1, body: "hi", reactions: [{ emoji: "👍", count: 1 }] },
  { seq: 2, kind: "message", from: bob, at: 6, messageNo: 2, deleted: true, replyTo: 1, thread: 1 },
  { seq: 3, kind: "react", from: bob, at: 6, messageNo: 2, target: 1, reaction: { emoji: "👍", count: 1, on: true } },
  { seq: 4, kind: "member", from: ann, at: 7, messageNo: 2, subject: bob, member: { change: "left", role: null } },
];

/** The lines of that export, each of which a test may replace by its place. */
export function exportLines(replace: Readonly<Record<number, object | string | null>> = {}): string {
  const lines: readonly object[] = [
    { type: "room", version: 1, ...head },
    ...events.map((event) => ({ type: "event", ...event })),
    { type: "end", events: events.length, head: head.head },
  ];
  const written = lines.map((line, i) => {
    const other = replace[i + 1];
    return other === undefined ? JSON.stringify(line) : typeof other === "string" ? other : JSON.stringify(other);
  });
  return written.filter((_, i) => replace[i + 1] !== null).join("\n");
}
