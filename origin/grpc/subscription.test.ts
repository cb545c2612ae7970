import { fromBinary } from "@bufbuild/protobuf";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import type { EventPage, RoomEvent } from "../../contracts/event.ts";
import { ChatMessageSchema } from "../../contracts/gen/chat_pb.ts";
import { limits } from "../../contracts/limits.ts";
import { fail } from "../../contracts/reply.ts";
import type { Run } from "../edge/edge.ts";
import { encodedRun } from "./encoded-run.ts";
import { Subscription } from "./subscription.ts";

const room = "tea";
const ann = { id: 1, name: "ann" };
const seat = { person: ann, epoch: "first", seq: 0, after: 0, leave: () => {} };

function runAfter(after: number, ...events: readonly Partial<RoomEvent>[]): Run {
  const numbered = events.map((event, at): RoomEvent => {
    const seq = after + at + 1;
    return { seq, kind: "message", from: ann, at: seq, messageNo: seq, ...event };
  });
  return { room, after, events: numbered };
}

function page(log: readonly RoomEvent[], after: number, limit = 3): EventPage {
  const events = log.slice(after, after + limit);
  return { epoch: "first", after, events, more: after + limit < log.length, head: log.length, first: 1 };
}

function standing(afterSeq?: number, seq = 0) {
  const rules = new Subscription({ room, personName: "ann", afterSeq });
  expect(rules.stand({ ...seat, seq, after: seq })).toBeNull();
  return rules;
}

it("[NG7] what came between the call and its seat is read from the log first, and the runs behind the seat follow", () => {
  const rules = new Subscription({ room, personName: "ann", afterSeq: undefined });
  rules.stand({ ...seat, after: 1, seq: 2 });
  const log = runAfter(0, { body: "before" }, { body: "behind" });
  rules.append(runAfter(2, { body: "later" }));
  expect(rules.next()).toEqual({ type: "read", after: 1 });
  rules.read(page(log.events, 1));
  expect(textsOf(rules)).toEqual(["behind", "later"]);
});

/** Everything that can be handed out now. */
function textsOf(rules: Subscription): string[] {
  const texts: string[] = [];
  for (let next = rules.next(); next.type === "message"; next = rules.next()) {
    texts.push(fromBinary(ChatMessageSchema, next.message).text);
  }
  return texts;
}

it("[NG9] a run is encoded once for all who wait for it", () => {
  const run = runAfter(0, { body: "a" });
  const [one, two] = [standing(), standing()];
  for (const rules of [one, two]) rules.append(run);
  const [first, second] = [one.next(), two.next()];
  expect(first.type === "message" && second.type === "message" && first.message === second.message).toBe(true);
});

it("[NG10] what waits says what it says now: edits, deletions and purges that come behind it count", () => {
  const rules = standing();
  rules.append(runAfter(0, { body: "a" }, { body: "b" }, { body: "c" }, { body: "d", from: { id: 2, name: "bob" } }));
  rules.append(runAfter(4, { kind: "edit", target: 1, body: "A" }, { kind: "delete", target: 2 }));
  expect(rules.next()).toMatchObject({ type: "message" });
  rules.append(runAfter(6, { kind: "edit", target: 3, body: "C" }, { kind: "purge", subject: { id: 2, name: "bob" } }));
  expect(textsOf(rules)).toEqual(["C"]);
});

it("[NG10] a change within one run counts, and what is made of it is shared", () => {
  const run = runAfter(0, { body: "a" }, { kind: "edit", target: 1, body: "A" });
  const rules = standing();
  rules.append(run);
  expect(textsOf(rules)).toEqual(["A"]);
  expect(encodedRun(run)).toBe(encodedRun(run));
});

it("[NG10] a change that comes while the log is read counts for what was read", () => {
  const rules = standing(0, 2);
  expect(rules.next()).toEqual({ type: "read", after: 0 });
  rules.append(runAfter(2, { kind: "delete", target: 1 }));
  rules.read(page(runAfter(0, { body: "a" }, { body: "b" }).events, 0));
  expect(textsOf(rules)).toEqual(["b"]);
});

it("[NG11] past SUBSCRIBER_BYTES_MAX the runs are dropped and the log is read from where the caller is", () => {
  const rules = standing();
  rules.append(runAfter(0, { body: "first" }));
  const half = "x".repeat(limits.SUBSCRIBER_BYTES_MAX / 2);
  rules.append(runAfter(1, { body: half }));
  rules.append(runAfter(2, { body: half }));
  expect(rules.next()).toEqual({ type: "read", after: 0 });
});

it("[NG11] a page that was asked for before runs were dropped is asked for again", () => {
  const rules = standing(0, 1);
  expect(rules.next()).toEqual({ type: "read", after: 0 });
  rules.append(runAfter(1, { body: "x".repeat(limits.SUBSCRIBER_BYTES_MAX) }));
  rules.read(page(runAfter(0, { body: "a" }).events, 0));
  expect(rules.next()).toEqual({ type: "read", after: 0 });
});

it("[NG12] what waits is handed out before the end, but not to a session that ended", () => {
  for (const [failure, texts] of [
    ["notFound", ["a"]],
    ["session", []],
  ] as const) {
    const rules = standing();
    rules.append(runAfter(0, { body: "a" }));
    rules.end(fail(failure));
    expect(textsOf(rules)).toEqual(texts);
    expect(rules.next()).toMatchObject({ type: "end", refusal: { failure } });
  }
});

it("[NG12] a page of another log, or behind a cut, ends it", () => {
  for (const wrong of [{ epoch: "second" }, { after: 1, first: 2 }]) {
    const rules = standing(0, 2);
    rules.next();
    rules.read({ ...page(runAfter(0, { body: "a" }, { body: "b" }).events, 0), ...wrong });
    expect(rules.next()).toMatchObject({ type: "end", refusal: { failure: "outOfRange" } });
  }
});

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("say" as const),
      texts: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("flood" as const) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("read" as const) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("take" as const), count: fc.nat(5) }) },
);

test.prop([fc.nat(6), fc.nat(6), fc.array(step, { maxLength: 20 })], { numRuns: 40 })(
  "[NG9] [NG11] however the caller reads, it gets every message behind its position once and in order",
  (before, after, steps) => {
    const log: RoomEvent[] = [];
    const say = (bodies: readonly string[]) => {
      const run = runAfter(log.length, ...bodies.map((body) => ({ body })));
      log.push(...run.events);
      return run;
    };
    if (before > 0) say(Array.from({ length: before }, (_, i) => `before ${i}`));
    const start = Math.min(after, before);
    const rules = standing(start, before);
    const seqs: number[] = [];
    let asked: EventPage | null = null;
    const take = (count: number) => {
      for (let i = 0; i < count && asked === null; i++) {
        const next = rules.next();
        if (next.type === "message") seqs.push(Number(fromBinary(ChatMessageSchema, next.message).serverSeq));
        else if (next.type === "read") asked = page(log, next.after);
        else return;
      }
    };
    const answer = () => {
      if (asked !== null) rules.read(asked);
      asked = null;
    };
    for (const one of steps) {
      if (one.type === "say") rules.append(say(one.texts.map(String)));
      else if (one.type === "flood") rules.append(say(["x".repeat(limits.SUBSCRIBER_BYTES_MAX)]));
      else if (one.type === "read") answer();
      else take(one.count);
    }
    for (let i = 0; i < 2 * log.length + 2; i++) {
      answer();
      take(log.length + 1);
    }
    expect(seqs).toEqual(log.slice(start).map(({ seq }) => seq));
  },
);
