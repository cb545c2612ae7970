import { expect, it } from "vitest";
import { isDrained } from "./drain.ts";

it.each([
  ["something came that was sent after its time", { seenAtMs: 5_100, newestSentMs: 5_000 }, 5_101, true],
  ["messages of its time still come", { seenAtMs: 8_000, newestSentMs: 4_900 }, 8_100, false],
  ["nothing comes any more", { seenAtMs: 4_000, newestSentMs: 3_900 }, 7_000, true],
  ["nothing came for a moment only", { seenAtMs: 4_000, newestSentMs: 3_900 }, 6_900, false],
  ["the room is behind for too long", { seenAtMs: 25_000, newestSentMs: 4_900 }, 25_001, true],
])("[LC17] a subscriber whose time ended at 5 s: %s", (_, seen, nowMs, isOver) => {
  expect(isDrained(seen, 5_000, nowMs)).toBe(isOver);
});
