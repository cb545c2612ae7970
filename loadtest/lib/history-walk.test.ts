import { expect, it } from "vitest";
import { encodeStamp } from "../model/stamp.ts";
import { type Direction, HistoryWalk, type Page } from "./history-walk.ts";

const event = (seq: number, number = seq) => ({
  seq,
  body: encodeStamp({ run: "r", step: 1, channel: "1", publisher: "h", number, sentAtMs: 1 }),
});
const page = (from: number, to: number, more: boolean, head = 9): Page => ({
  ...{ after: from - 1, more, head },
  events: Array.from({ length: to - from + 1 }, (_, i) => event(from + i)),
});
const walk = (direction: Direction) => new HistoryWalk("r", direction, 9);

it("[LN13] a log that is whole is right in both directions", () => {
  const forward = walk("forward");
  expect(forward.query).toBe("after=0");
  expect(forward.take(page(1, 5, true), 5)).toBeNull();
  expect(forward.query).toBe("after=5");
  expect(forward.take(page(6, 9, false), 5)).toBeNull();
  const backward = walk("backward");
  expect(backward.query).toBe("");
  expect(backward.take(page(5, 9, true), 5)).toBeNull();
  expect(backward.query).toBe("before=5");
  expect(backward.take(page(1, 4, false), 5)).toBeNull();
});

it.each<[string, Page, string]>([
  ["a hole", { ...page(1, 3, true), events: [event(1), event(3)] }, "seq 3 where 2 follows"],
  ["another order", { ...page(1, 3, true), events: [event(2), event(1)] }, "seq 2 where 1 follows"],
  ["another message", { ...page(1, 3, true), events: [event(1), event(2, 3)] }, "the message at seq 2 is another one"],
  ["a page from elsewhere", page(3, 5, true), "a page after 2, asked 0"],
  ["too much", page(1, 6, true), "a page of 6 for a limit of 5"],
  ["nothing that goes on", { ...page(1, 1, true), events: [] }, "an empty page says that there is more"],
  ["an early end", page(1, 5, false), "the log ended after 5 of 9 messages"],
])("[LN13] %s is found", (_, wrong, message) => {
  expect(walk("forward").take(wrong, 5)).toBe(message);
});

it("[LN13] a backward page that does not end at its cursor is found", () => {
  expect(walk("backward").take(page(4, 8, true), 5)).toBe("a page up to 8, asked up to 9");
});
