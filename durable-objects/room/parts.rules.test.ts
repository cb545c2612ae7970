import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../contracts/limits.ts";
import { contentHash } from "./content-hash.ts";
import { Flight, windowBytes } from "./flight.ts";
import { FlushClock } from "./flush-clock.ts";
import { namesTold, Presence } from "./presence.ts";
import { RateLimit } from "./rate-limit.ts";
import { encodeEvent, Tail } from "./tail.ts";

describe("credit", () => {
  it("[CR2] the window is 256 KiB, or a share of 32 MiB when the room is full", () => {
    expect([1, 128, 200, 5_000].map(windowBytes)).toEqual([262_144, 262_144, 167_772, 6_710]);
  });

  test.prop([fc.array(fc.integer({ min: 1, max: 50_000 }), { maxLength: 60 }), fc.nat(60)])(
    "[CR2] what is unacknowledged never falls below the truth, and is nothing when all is acknowledged",
    (pushes, acked) => {
      const flight = new Flight();
      pushes.forEach((bytes, i) => {
        flight.add(i + 1, bytes);
      });
      flight.ack(acked);
      const truth = pushes.slice(acked).reduce((sum, bytes) => sum + bytes, 0);
      expect(flight.bytes).toBeGreaterThanOrEqual(truth);
      flight.ack(pushes.length);
      expect(flight.bytes).toBe(0);
    },
  );

  it("[CR2] one push always fits when nothing is on its way", () => {
    const flight = new Flight();
    expect(flight.fits(10_000_000, 1)).toBe(true);
    flight.add(1, 10);
    expect([flight.fits(5, 15), flight.fits(6, 15)]).toEqual([true, false]);
  });
});

describe("the tail of the log", () => {
  const event = (seq: number, body = "x") =>
    encodeEvent({ seq, kind: "message", from: { id: 1, name: "a" }, at: 0, messageNo: seq, body });

  test.prop([fc.integer({ min: 1, max: 200 }), fc.nat(250), fc.integer({ min: 1, max: 50 }), fc.nat(5_000)])(
    "[LG5] a run starts behind the seq, has no gap and keeps the bounds",
    (size, after, maxEvents, maxBytes) => {
      const tail = new Tail();
      for (let seq = 11; seq <= 10 + size; seq++) tail.push(event(seq));
      const run = tail.after(after, maxEvents, maxBytes);
      if (after < 10) {
        expect(run).toBeNull();
        return;
      }
      expect(run?.map((encoded) => encoded.event.seq)).toEqual(run?.map((_, i) => after + 1 + i));
      expect(run?.length ?? 0).toBeLessThanOrEqual(maxEvents);
      expect((run?.length ?? 0) > 0).toBe(after < 10 + size);
      const bytes = run?.reduce((sum, encoded) => sum + encoded.bytes, 0) ?? 0;
      expect(bytes <= maxBytes || run?.length === 1).toBe(true);
    },
  );

  it("[CA4] memory is bounded in bytes, and what fell out is not reached", () => {
    const tail = new Tail();
    const body = "x".repeat(limits.BODY_BYTES_MAX);
    for (let seq = 1; seq <= 300; seq++) tail.push(event(seq, body));
    expect([tail.reaches(0), tail.reaches(1), tail.reaches(299)]).toEqual([false, false, true]);
    expect(tail.after(1, 1, 1)).toBeNull();
  });
});

describe("idempotence", () => {
  test.prop([fc.string(), fc.string(), fc.nat(), fc.nat()])(
    "[LG3] equal content has an equal hash, as a safe integer",
    (a, b, x, y) => {
      expect(contentHash(a, x)).toBe(contentHash(a, x));
      expect(Number.isSafeInteger(contentHash(a, x))).toBe(true);
      if (a !== b || x !== y) expect(contentHash(a, x)).not.toBe(contentHash(b, y));
    },
  );
});

describe("rates", () => {
  it("[LM2] a key may do as many at once as in a second, then waits for one", () => {
    const rate = new RateLimit(10);
    expect(Array.from({ length: 11 }, () => rate.take(1, 0))).toEqual([...Array(10).fill(0), 100]);
    expect([rate.take(2, 0), rate.take(1, 100), rate.take(1, 100)]).toEqual([0, 0, 100]);
  });
});

describe("flush clock", () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it("[CR1] the first flush after quiet is at once, the next one an interval later, and idle holds no timer", () => {
    let flushed = 0;
    const clock = new FlushClock(
      () => 50,
      () => void flushed++,
    );
    clock.request();
    expect(flushed).toBe(1);
    clock.request();
    clock.request();
    expect(flushed).toBe(1);
    vi.advanceTimersByTime(50);
    expect([flushed, vi.getTimerCount()]).toEqual([2, 0]);
    vi.advanceTimersByTime(50);
    clock.request();
    expect(flushed).toBe(3);
  });
});

describe("presence", () => {
  const people = fc.integer({ min: 1, max: 5 }).map((id) => ({ id, name: `user ${id}` }));
  const steps = fc.array(fc.tuple(fc.constantFrom("join", "leave", "take"), people));

  test.prop([steps])("[PR1] what the room was told adds up to who is here", (list) => {
    const presence = new Presence();
    const connections = new Map<number, number>();
    const told = new Set<number>();
    const take = () => {
      const change = presence.takeChange();
      for (const { id } of change?.joined ?? []) expect(told.has(id) || !told.add(id)).toBe(false);
      for (const { id } of change?.left ?? []) expect(told.delete(id)).toBe(true);
    };
    for (const [step, person] of list) {
      const held = connections.get(person.id) ?? 0;
      if (step === "take") take();
      else if (step === "join") {
        presence.join(person);
        connections.set(person.id, held + 1);
      } else if (held > 0) {
        presence.leave(person);
        connections.set(person.id, held - 1);
      }
    }
    take();
    const here = [...connections].filter(([, held]) => held > 0).map(([id]) => id);
    expect(told).toEqual(new Set(here));
    expect(presence.page(0, 10).users.map(({ id }) => id)).toEqual(here.toSorted((a, b) => a - b));
  });
});

it("[GS9] a change is told with few names where many are told, and with one at least", () => {
  expect([0, 1, 100, 1_000, 10_000, 1_000_000].map(namesTold)).toEqual([1_000, 1_000, 1_000, 100, 10, 1]);
});
