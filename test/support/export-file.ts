/** An export of a room in which nobody said anything, as lines of JSON. */
export const EMPTY_EXPORT = [
  {
    type: "room",
    version: 1,
    room: "tea",
    kind: "named",
    visibility: "private",
    epoch: "e1",
    head: 0,
    first: 1,
    messages: 0,
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
    people: [],
    pins: [],
  },
  { type: "end", events: 0, head: 0 },
]
  .map((line) => JSON.stringify(line))
  .join("\n");

/** The content type of such lines. */
export const NDJSON = { "content-type": "application/x-ndjson" };

/** The lines of an export, read. */
export function readLines(text: unknown): readonly Record<string, unknown>[] {
  return String(text)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
