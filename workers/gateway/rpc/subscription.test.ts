import { expect, it } from "vitest";
import type { RoomEvent } from "../../../contracts/event.ts";
import { failures } from "../../../contracts/failures.ts";
import { limits } from "../../../contracts/limits.ts";
import type { ServerFrame } from "../../../contracts/native.ts";
import { toRefusal } from "./close-code.ts";
import { Subscription, type SubscriptionEffect } from "./subscription.ts";

const ann = { id: 1, name: "Ann" };
const WINDOW = 1_000;
const RESUME = (seq: number) => ({ type: "send", frame: { type: "hello", resume: { epoch: "e1", seq } } });

function event(seq: number): RoomEvent {
  return { seq, kind: "message", from: ann, at: seq, messageNo: seq, body: `m${seq}` };
}

function events(after: number, count: number): ServerFrame {
  return { type: "events", after, events: Array.from({ length: count }, (_, i) => event(after + 1 + i)) };
}

function welcome(seq: number): ServerFrame {
  const you = { ...ann, session: "s", read: 0, unread: 0 };
  return { type: "welcome", room: "tea", epoch: "e1", seq, you, presence: { count: 1, users: [ann] }, window: WINDOW };
}

/** A subscription that stands behind seq 5. */
function following(): Subscription {
  const rules = new Subscription({ personName: "ann", afterSeq: undefined }, 0);
  rules.open();
  expect(rules.receive(welcome(5), 10)).toEqual([{ type: "standing" }]);
  return rules;
}

function readAll(rules: Subscription): readonly number[] {
  const seqs: number[] = [];
  for (let next = rules.next(0); next !== null; next = rules.next(0)) seqs.push(next.seq);
  return seqs;
}

function failureOf([effect]: readonly SubscriptionEffect[]): string | undefined {
  return effect?.type === "end" ? effect.refusal.failure : undefined;
}

it("[RP8] without after_seq it stands at the welcome and follows from there", () => {
  const rules = new Subscription({ personName: "ann", afterSeq: undefined }, 0);
  expect(rules.open()).toEqual([{ type: "send", frame: { type: "hello" } }]);
  expect(rules.receive(welcome(5), 10)).toEqual([{ type: "standing" }]);
  rules.receive(events(5, 2), 100);
  expect(readAll(rules)).toEqual([6, 7]);
});
it("[RP8] with after_seq it stands once the room has resumed, and what came before that does not count", () => {
  const rules = new Subscription({ personName: "ann", afterSeq: 2 }, 0);
  rules.open();
  expect(rules.receive(welcome(5), 10)).toEqual([RESUME(2)]);
  expect(rules.receive(events(5, 1), 100)).toEqual([]);
  expect(rules.receive({ type: "resumed", from: 3, to: 5 }, 10)).toEqual([{ type: "standing" }]);
  rules.receive(events(2, 4), 100);
  expect(readAll(rules)).toEqual([3, 4, 5, 6]);
});
it("[RP8] an after_seq that is committed and not flushed yet is not repeated", () => {
  const rules = new Subscription({ personName: "ann", afterSeq: 7 }, 0);
  rules.receive(welcome(5), 10);
  rules.receive({ type: "resumed", from: 8, to: 5 }, 10);
  rules.receive(events(5, 4), 100);
  expect(readAll(rules)).toEqual([8, 9]);
});
it.each<ServerFrame>([
  { type: "truncated", from: 3, to: 9 },
  { type: "reset", epoch: "e2", seq: 1 },
])("[RP8] $type is OUT_OF_RANGE", (frame) => {
  const rules = new Subscription({ personName: "ann", afterSeq: 2 }, 0);
  rules.receive(welcome(5), 10);
  expect(failureOf(rules.receive(frame, 10))).toBe("outOfRange");
});
it.each([
  ["ann", undefined],
  ["ANN", undefined],
  ["bob", "forbidden"],
  ["", "forbidden"],
  ["ann ", "forbidden"],
  ["\ud800", "forbidden"],
])("[RP2] %j as Ann ends with %s", (personName, failure) => {
  const rules = new Subscription({ personName, afterSeq: undefined }, 0);
  expect(failureOf(rules.receive(welcome(5), 10))).toBe(failure);
});
it("[RP9] overlap is dropped, and tombstones and other kinds are skipped and acknowledged", () => {
  const rules = following();
  rules.receive(events(5, 3), 100);
  rules.receive(events(4, 3), 100);
  const kind = "poll" as RoomEvent["kind"];
  const others: readonly RoomEvent[] = [
    { ...event(9), kind },
    { ...event(10), kind: "edit" },
    { ...event(11), deleted: true },
  ];
  rules.receive({ type: "events", after: 8, events: others }, 100);
  expect(readAll(rules)).toEqual([6, 7, 8]);
  expect(rules.ack()).toEqual({ type: "ack", seq: 11 });
});
it("[RP9] [ED2] what waits for a slow reader is told as it reads now, and not when it was deleted", () => {
  const rules = following();
  rules.receive(events(5, 3), 100);
  const { body: _, ...bare } = event(9);
  const changes: readonly RoomEvent[] = [
    { ...bare, kind: "edit", target: 7, body: "edited" },
    { ...bare, seq: 10, kind: "edit", target: 8 },
    { ...bare, seq: 11, kind: "delete", target: 6 },
    { ...bare, seq: 12, kind: "delete", target: 2 },
  ];
  rules.receive({ type: "events", after: 8, events: changes }, 100);
  expect([rules.next(0)?.body, rules.next(0)?.body, rules.next(0)]).toEqual(["edited", "m8", null]);
  expect(rules.ack()).toEqual({ type: "ack", seq: 12 });
});
it("[RP9] behind a hole it starts over from what its reader took, in order and without a double", () => {
  const rules = following();
  rules.receive(events(5, 3), 100);
  expect(rules.next(0)?.seq).toBe(6);
  expect(rules.receive(events(9, 1), 100)).toEqual([RESUME(6)]);
  expect(rules.receive(events(10, 1), 100)).toEqual([]);
  expect(rules.receive({ type: "resumed", from: 7, to: 11 }, 10)).toEqual([]);
  rules.receive(events(6, 5), 100);
  expect(readAll(rules)).toEqual([7, 8, 9, 10, 11]);
});
it("[RP10] what waits is not acknowledged, what was taken is, at half of the window", () => {
  const rules = following();
  rules.receive(events(5, 10), WINDOW);
  expect([rules.owesAck, rules.ackDue]).toEqual([false, false]);
  rules.next(0);
  expect(rules.owesAck).toBe(false);
  for (let taken = 0; taken < 4; taken++) rules.next(0);
  expect([rules.owesAck, rules.ackDue]).toEqual([true, false]);
  rules.next(0);
  expect(rules.ackDue).toBe(true);
  expect(rules.ack()).toEqual({ type: "ack", seq: 10 });
  expect([rules.owesAck, rules.ackDue]).toEqual([false, false]);
  rules.next(0);
  expect([rules.owesAck, rules.ackDue]).toEqual([true, false]);
});
it("[RP10] lagging is answered with what was taken, and once all is taken with that", () => {
  const rules = following();
  rules.receive(events(5, 4), 40);
  rules.next(0);
  expect(rules.receive({ type: "lagging", seq: 9, window: WINDOW }, 10)).toEqual([]);
  rules.next(0);
  expect(rules.receive({ type: "lagging", seq: 9, window: WINDOW }, 10)).toEqual([
    { type: "send", frame: { type: "ack", seq: 6 } },
  ]);
  rules.next(0);
  expect([rules.owesAck, rules.ackDue]).toEqual([true, false]);
  expect(readAll(rules)).toEqual([9]);
  expect(rules.ackDue).toBe(true);
});
it("[RP10] what the reader had in its hands at a hole is not counted once more", () => {
  const rules = following();
  rules.receive(events(5, 1), WINDOW);
  rules.next(0);
  expect(rules.receive(events(9, 1), 100)).toEqual([RESUME(6)]);
  rules.receive({ type: "resumed", from: 7, to: 7 }, 10);
  rules.receive(events(6, 1), 100);
  expect(readAll(rules)).toEqual([7]);
  expect([rules.owesAck, rules.ackDue]).toEqual([true, false]);
});
it("[RP10] a room that was told where to resume waits for no ack of what came before", () => {
  const rules = following();
  rules.receive({ type: "lagging", seq: 5, window: WINDOW }, 10);
  rules.receive(events(9, 1), 100);
  rules.receive({ type: "resumed", from: 6, to: 10 }, 10);
  rules.receive(events(5, 5), 100);
  expect(readAll(rules)).toHaveLength(5);
  expect([rules.owesAck, rules.ackDue]).toEqual([true, false]);
});
it("[RP11] a room that is silent between two pings is unavailable, and so is a stream without messages for long", () => {
  const rules = following();
  expect(rules.beat(25_000)).toEqual([{ type: "ping" }]);
  rules.heard();
  expect(rules.beat(50_000)).toEqual([{ type: "ping" }]);
  expect(failureOf(rules.beat(75_000))).toBe("unavailable");
  rules.heard();
  expect(failureOf(rules.beat(limits.RPC_QUIET_MS_MAX))).toBe("unavailable");
});
it("[RP11] a message that left puts the end of a quiet stream off, other frames of the room do not", () => {
  const rules = following();
  rules.receive(events(5, 1), 100);
  rules.next(0);
  expect(rules.next(1_000)).toBeNull();
  expect(rules.beat(limits.RPC_QUIET_MS_MAX)).toEqual([{ type: "ping" }]);
  rules.heard();
  expect(rules.next(limits.RPC_QUIET_MS_MAX)).toBeNull();
  expect(failureOf(rules.beat(limits.RPC_QUIET_MS_MAX + 1_000))).toBe("unavailable");
});
it("[RP11] a refusal ends it: by its own name before it stands, later as unavailable", () => {
  const refused = { type: "refused", failure: "rateLimited", message: "slowly", retryAfterMs: 5 } as const;
  const early = new Subscription({ personName: "ann", afterSeq: 2 }, 0);
  early.receive(welcome(5), 10);
  expect(failureOf(early.receive(refused, 10))).toBe("rateLimited");
  expect(failureOf(following().receive(refused, 10))).toBe("unavailable");
  expect(failureOf(following().receive({ type: "reconnect", afterMs: 5 }, 10))).toBe("unavailable");
});
it.each([
  [4501, "session"],
  [4503, "forbidden"],
  [4504, "notFound"],
  [4000, "unavailable"],
  [4005, "unavailable"],
  [1000, "unavailable"],
  [1006, "unavailable"],
  [4999, "unavailable"],
] as const)("[RP11] close code %i is %s", (code, failure) => {
  expect(toRefusal(code).failure).toBe(failure);
  expect(failures[toRefusal(code).failure].grpc).toBeGreaterThan(0);
});
it("[RI5] a cut behind what arrived ends nothing, one before it is OUT_OF_RANGE behind what waits", () => {
  const rules = following();
  rules.receive(events(5, 3), 100);
  expect(rules.receive({ type: "truncated", from: 2, to: 7 }, 10)).toEqual([]);
  rules.receive(events(8, 1), 100);
  expect(failureOf(rules.receive({ type: "truncated", from: 10, to: 19 }, 10))).toBe("outOfRange");
  expect(readAll(rules)).toEqual([6, 7, 8, 9]);
});
it("[RI13] what waits of somebody who was purged is not handed over any more", () => {
  const rules = following();
  rules.receive(events(5, 3), 100);
  const purge = { seq: 9, kind: "purge", from: ann, at: 9, messageNo: 8, subject: { id: ann.id, name: "" } } as const;
  rules.receive({ type: "events", after: 8, events: [purge] }, 10);
  expect(readAll(rules)).toEqual([]);
});
